// Each request of the builder's form says the how many-th it is: one that was overtaken on its way saves nothing.
// Where the browser loads the page anew but fills in what was typed before (on the way back, or in a tab's copy), the
// form goes on from the state that this was typed into, which the entry in the browser's history has kept.
const MOST = 8;
const LAST = 3; // of its own saves: the newest may have been given up before it arrived
const form = document.getElementById("builder");
const { page, made_from: madeFrom } = form.elements;
let turn = 0;

const isFilledIn = (field) => (field.type === "select-one"
  ? !field.selectedOptions[0]?.defaultSelected && [...field.options].some((option) => option.defaultSelected)
  : field.matches("input, textarea") && field.value !== field.defaultValue);

function remember() {
  const own = Array.from({ length: Math.min(turn, LAST) }, (_, before) => `${page.value}.${turn - before}`);
  try {
    history.replaceState({ ...history.state, madeFrom: [...madeFrom.value.split(" "), ...own].slice(-MOST).join(" ") }, "");
  } catch {
    // Too often for this browser: the next request tries again.
  }
}

form.addEventListener("formdata", ({ formData }) => {
  turn += 1;
  formData.set("turn", turn);
  remember();
});
document.addEventListener("htmx:finally:request", remember); // a new address has an entry without it
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted) return;
  const before = history.state?.madeFrom;
  if (before && [...form.elements].some(isFilledIn)) madeFrom.value = before;
  remember();
});
