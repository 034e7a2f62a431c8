// The builder's keyboard shortcuts. Which keys do what stands in the help sheet and nowhere else; what they do is
// what the buttons do.
const SINGLE_KEY = "builder-single-key";
const sheet = document.getElementById("shortcuts");
const single = document.getElementById("single-key");
const waiting = [];
const acts = new Map([...sheet.querySelectorAll("[data-keys]")].map(({ dataset }) => [dataset.keys, dataset.act]));

function keysOf(event) {
  // With Option, a Mac's letter keys write other signs, so that only their place tells which they are.
  const letter = /^[a-z]$/i.test(event.key) ? event.key : /^Key(.)$/.exec(event.code)?.[1];
  const held = [(event.ctrlKey || event.metaKey) && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift"];
  return [...held, letter?.toUpperCase() ?? event.key].filter(Boolean).join("+");
}

function isSingle(event) {
  const inField = event.target.closest("input, textarea, select, [contenteditable]");
  return event.key === "?" && !event.ctrlKey && !event.altKey && !event.metaKey && !inField && single.checked;
}

function press(act) {
  if (document.querySelector("#builder button.htmx-request")) {
    waiting.push(act); // what it names by number is about to change
    return;
  }
  const row = document.activeElement.closest(".editor-row");
  const button = row?.querySelector(`button[value^="${act}-"]`)
    ?? [...document.querySelectorAll(`#builder button[value="${act}"]`)].at(-1);
  button?.click();
}

// A little later: the button that was answered is still marked as busy.
document.addEventListener("htmx:finally:request", () => setTimeout(() => waiting.length && press(waiting.shift())));

function open() {
  sheet.showModal();
  sheet.querySelector("h2").focus(); // what it is comes first, and not its last control
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat || sheet.open) return;
  const act = isSingle(event) ? "help" : acts.get(keysOf(event));
  if (!act) return;
  event.preventDefault();
  if (act === "help") open();
  else press(act);
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-shortcuts]")) return;
  event.preventDefault();
  open();
});

try {
  single.checked = localStorage.getItem(SINGLE_KEY) !== "off";
  single.addEventListener("change", () => localStorage.setItem(SINGLE_KEY, single.checked ? "on" : "off"));
} catch {
  // Storage is switched off: the choice lasts as long as the page.
}
