// A double click sends a form once. The server does it once anyway, but the browser throws the first answer away, and
// with it the session that it opened.
const DOUBLE = 2000;
const last = new WeakMap();

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-once]")) return;
  if (event.timeStamp - (last.get(event.target) ?? -DOUBLE) < DOUBLE) event.preventDefault();
  else last.set(event.target, event.timeStamp);
});
