// Beginning: an export is sent as it is, so that it never has to be in memory.
import { post, root } from "./talking.js";

const form = document.getElementById("drop");
const file = document.getElementById("export");
const progress = document.getElementById("progress");

function refuse(message, hint) {
  progress.hidden = true;
  form.querySelector("button").disabled = false;
  document.getElementById("refused-message").textContent = message;
  document.getElementById("refused-hint").textContent = hint || "";
  document.getElementById("refused").hidden = false;
}

function send(sent) {
  document.getElementById("refused").hidden = true;
  form.querySelector("button").disabled = true;
  progress.hidden = false;
  const request = new XMLHttpRequest(); // fetch does not tell how much has gone
  const asked = new URLSearchParams({ name: sent.name, activity: document.getElementById("activity").value });
  request.open("POST", `${root}/upload?${asked}`);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.upload.onprogress = (event) => {
    progress.value = event.loaded / (event.total || 1);
  };
  request.onload = () => {
    if (request.status === 200) return location.reload();
    let said = {};
    try {
      said = JSON.parse(request.responseText);
    } catch { /* the sentence below has to do */ }
    refuse(said.said || "The export was not taken.", said.hint);
  };
  request.onerror = () => refuse("The export was cut off on its way: nothing of it was kept.", "Drop it again.");
  request.send(sent);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (file.files[0]) send(file.files[0]);
});
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    const dropped = kind === "drop" && event.dataTransfer.files[0];
    if (dropped) send(dropped);
    form.classList.toggle("over", kind === "dragover");
  });
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-class]");
  if (!button) return;
  const answer = await post("/open", { name: button.dataset.class });
  if (answer.ok) location.reload();
  else refuse(answer.data.said, answer.data.hint);
});
