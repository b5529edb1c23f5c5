// One check: a group that does the same is decided at once, after its number was shown.
import { made, post, refused, say } from "./talking.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do=all]");
  if (!button) return;
  const group = button.closest(".observed");
  const items = [...group.querySelectorAll("li[data-who]")].map((each) => ({ who: each.dataset.who, check: group.dataset.check, seen: each.dataset.seen }));
  const dialog = document.getElementById("ask");
  dialog.querySelector("h2").textContent = `${button.textContent.trim()}?`;
  dialog.querySelector("#ask-what").textContent = "It holds for what each of them has handed in. Undo takes all of them back.";
  dialog.returnValue = "";
  dialog.onclose = async () => {
    if (dialog.returnValue !== "yes") return;
    const answer = await post("/decide", { items, status: button.dataset.status, note: "" });
    if (answer.data.changed) return say("It has changed elsewhere since: nothing was decided. Load the page again to see how it is now.");
    if (!answer.ok) return refused(answer);
    const undo = Object.assign(document.createElement("button"), { type: "button", textContent: "Undo" });
    undo.addEventListener("click", async () => {
      const back = await post("/undo", { number: answer.data.number });
      if (back.ok) location.reload();
      else refused(back);
    });
    say(`Saved. ${answer.data.said}.`, undo);
    group.classList.add("done");
  };
  dialog.showModal();
});

let shown = 0;
document.addEventListener("submit", async (event) => {
  const form = event.target.closest(".words");
  if (!form) return;
  event.preventDefault();
  const answer = await post("/words", { activity: form.dataset.activity, asked: form.dataset.asked, words: form.querySelector("input").value });
  if (!answer.ok) return refused(answer);
  for (const each of document.querySelectorAll(".would")) each.replaceChildren();
  form.nextElementSibling.replaceChildren(...made(answer.data.html).childNodes);
  shown = answer.data.number;
});
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-do=accept], button[data-do=leave]");
  if (!button) return;
  if (button.dataset.do === "leave") return button.closest(".would").replaceChildren();
  button.disabled = true;
  const answer = await post("/accept", { number: shown });
  if (answer.ok) {
    say(answer.data.said);
    setTimeout(() => location.reload(), 1200);
  } else {
    button.disabled = false;
    refused(answer);
  }
});
