// Milestones are moved by dragging their handle. The rows are folded to their heads meanwhile, so that a long list
// is a short way; where the row is let go, a button is pressed that names both places, and the server moves it.
const NEAR_EDGE = 60;
const FEW_PIXELS = 4;
let drag = null;

const rowsOf = (list) => [...list.querySelectorAll(":scope > .editor-row")];

function fold(list, row, folded) {
  const before = row.getBoundingClientRect().top;
  for (const one of rowsOf(list)) one.querySelector(".place").dataset.title = one.querySelector("input").value;
  list.classList.toggle("is-sorting", folded);
  row.classList.toggle("is-dragged", folded);
  window.scrollBy({ top: row.getBoundingClientRect().top - before, behavior: "instant" });
}

function mark() {
  const others = rowsOf(drag.list).filter((one) => one !== drag.row);
  const to = others.filter((one) => {
    const box = one.getBoundingClientRect();
    return drag.y > box.top + box.height / 2;
  }).length;
  drag.to = to;
  for (const [place, one] of others.entries()) {
    one.classList.toggle("drop-before", place === to && to !== drag.from);
    one.classList.toggle("drop-after", place === to - 1 && to === others.length && to !== drag.from);
  }
}

function creep() {
  if (!drag?.sorting) return;
  const beyond = Math.min(drag.y - NEAR_EDGE, 0) + Math.max(drag.y - (window.innerHeight - NEAR_EDGE), 0);
  if (beyond) {
    window.scrollBy({ top: beyond / 5, behavior: "instant" });
    mark();
  }
  requestAnimationFrame(creep);
}

function end(event, kept) {
  if (!drag || event.pointerId !== drag.pointer) return;
  const { list, row, from, to, sorting } = drag;
  drag = null;
  if (!sorting) return;
  for (const one of rowsOf(list)) one.classList.remove("drop-before", "drop-after");
  fold(list, row, false);
  if (!kept || to === from) return;
  const button = document.querySelector("#milestones button[data-move]");
  button.value = `move-${from}-${to}`;
  button.click();
}

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest(".handle");
  if (!handle || event.button !== 0 || drag) return;
  event.preventDefault();
  handle.setPointerCapture(event.pointerId);
  const row = handle.closest(".editor-row"), list = row.parentElement, from = rowsOf(list).indexOf(row);
  drag = { list, row, from, to: from, pointer: event.pointerId, start: event.clientY, y: event.clientY, sorting: false };
});

document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.pointer) return;
  drag.y = event.clientY;
  if (!drag.sorting) {
    if (Math.abs(drag.y - drag.start) < FEW_PIXELS) return;
    drag.sorting = true;
    fold(drag.list, drag.row, true);
    requestAnimationFrame(creep);
  }
  mark();
});

document.addEventListener("pointerup", (event) => end(event, true));
document.addEventListener("pointercancel", (event) => end(event, false));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !drag) return;
  event.preventDefault();
  end({ pointerId: drag.pointer }, false);
});
document.documentElement.classList.add("can-drag");
