// Decisions that no longer apply.
import { post, refused, say } from "./talking.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-do=keep], button[data-do=drop]");
  if (!button) return;
  const line = button.closest("li");
  const answer = await post("/lapsed", { who: line.dataset.who, check: line.dataset.check, keep: button.dataset.do === "keep" });
  if (!answer.ok) return refused(answer);
  line.remove();
  say(answer.data.said);
});
