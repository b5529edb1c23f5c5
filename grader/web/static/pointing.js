// Where in the picture something was read: framed while somebody is at it.
const things = "button[data-spot]";

function frame() {
  const looked = document.querySelector(`${things}:hover`) || document.querySelector(`${things}:focus`);
  for (const spot of document.querySelectorAll("rect[data-spot]")) {
    spot.classList.toggle("on", spot.dataset.spot === looked?.dataset.spot);
  }
}

for (const kind of ["mouseover", "focusin", "focusout"]) document.addEventListener(kind, frame);
document.addEventListener("click", (event) => {
  if (!event.target.closest(things)) return;
  event.target.closest(things).focus(); // Safari gives a button that is clicked no focus
  frame();
  document.querySelector("rect.on")?.scrollIntoView({ block: "nearest", inline: "nearest" });
});
