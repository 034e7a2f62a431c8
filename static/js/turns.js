// What is saved while somebody types waits until a button was answered: it carries the rows as they stood before, and
// would take back what the button did.
const form = document.getElementById("builder");
let late = false;

document.addEventListener("htmx:config:request", (event) => {
  if (event.detail.ctx.sourceElement !== form || !form.querySelector("button.htmx-request")) return;
  event.preventDefault();
  late = true;
});

document.addEventListener("htmx:finally:request", (event) => {
  if (!late || event.detail.ctx.sourceElement === form) return;
  late = false;
  setTimeout(() => form.dispatchEvent(new Event("late")));
});
