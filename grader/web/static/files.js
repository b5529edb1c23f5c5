// The files of the class.
import { get, isOver, made, post, refused, say, send, swap, whenChanged } from "./talking.js";

const shown = (notes) => notes.map((note) => Object.assign(document.createElement("li"), { textContent: note }));

document.getElementById("write").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await post("/files", { blank: document.getElementById("blank").checked });
  if (!answer.ok) return refused(answer);
  document.getElementById("written").replaceChildren(...shown(answer.data.notes));
  say("Written.");
});

document.getElementById("gradebook").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [file, said] = [document.getElementById("book").files[0], document.getElementById("taken")];
  const button = event.target.querySelector("button");
  button.disabled = true;
  const answer = await send(`/gradebook?${new URLSearchParams({ name: file.name, column: document.getElementById("column").value })}`, file);
  button.disabled = false;
  if (!answer.ok) return said.replaceChildren(...shown([answer.data.said, answer.data.hint].filter(Boolean)));
  sessionStorage.setItem("taken", JSON.stringify(answer.data.notes)); // who has no row, whose grade is blank
  location.reload();
});

whenChanged(async () => {
  const answer = await get("/files");
  if (!answer || isOver()) return;
  const now = made(await answer.text());
  for (const which of ["#now", "#out"]) swap(document.querySelector(which), now.querySelector(which));
}, 4000); // each report is looked into

document.getElementById("taken").replaceChildren(...shown(JSON.parse(sessionStorage.getItem("taken") ?? "[]")));
sessionStorage.removeItem("taken");
