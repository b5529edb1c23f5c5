// The files of the class.
import { post, refused, say } from "./talking.js";

document.getElementById("write").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await post("/files", { blank: document.getElementById("blank").checked });
  if (!answer.ok) return refused(answer);
  document.getElementById("written").replaceChildren(
    ...answer.data.notes.map((note) => Object.assign(document.createElement("li"), { textContent: note })),
  );
  say("Written.");
});
