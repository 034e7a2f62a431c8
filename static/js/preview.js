// The client's page beside the form, where there is room and it is wanted. It comes with the answers to typing, which
// are asked for it by the field "beside"; only the first one is fetched by itself, and keeps nothing.
const CHOICE = "builder-preview";
const form = document.getElementById("builder");
const column = document.getElementById("beside");
const frame = column.querySelector("iframe");
const source = document.getElementById("beside-page");
const wide = window.matchMedia("(min-width: 98rem)");
let wanted = true;

try {
  wanted = localStorage.getItem(CHOICE) !== "off";
} catch {
  // Storage is switched off: the choice lasts as long as the page.
}

function show(html) {
  column.classList.toggle("is-behind", !html && frame.srcdoc !== "");
  if (!html) return;
  const shown = frame.contentDocument;
  if (!shown?.getElementById("content")) {
    frame.srcdoc = html;
    return;
  }
  // In place, so that it stays where it was scrolled to and does not flicker.
  shown.body.replaceWith(shown.adoptNode(new DOMParser().parseFromString(html, "text/html").body));
}

async function fetchFirst() {
  const fields = new URLSearchParams(new FormData(form));
  fields.set("beside", "only");
  const answer = await fetch(`${form.getAttribute("action")}/totals`, { method: "POST", body: fields });
  if (answer.ok && !column.hidden) show(await answer.text());
}

function arrange() {
  const shown = wanted && wide.matches;
  if (shown === !column.hidden) return;
  column.hidden = !shown;
  form.elements.beside.value = shown ? "1" : "";
  if (shown) fetchFirst();
}

function want(choice) {
  wanted = choice;
  arrange();
  try {
    localStorage.setItem(CHOICE, choice ? "on" : "off");
  } catch {
    // As above.
  }
}

new MutationObserver(() => show(source.textContent)).observe(source, { childList: true });
wide.addEventListener("change", arrange);
column.querySelector("[data-hide]").addEventListener("click", () => {
  want(false);
  [...form.querySelectorAll("button[value=preview]")].at(-1).focus();
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[value=preview]");
  if (!button || !wide.matches || !column.hidden) return; // narrow, or beside already: the page of its own
  event.preventDefault();
  want(true);
});
arrange();
