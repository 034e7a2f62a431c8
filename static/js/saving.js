// What a visitor types is called saved only if it was: a save that fails is told beside the sums, and where it may
// still succeed the message tries again by itself. An answer that brings its own reason is left to speak.
const GONE = new Set([404, 410]);

function tell(ctx, reason) {
  if (!ctx?.sourceElement.closest("#builder")) return;
  const place = document.getElementById("saved");
  place.replaceChildren(document.getElementById(reason).content.cloneNode(true));
  htmx.process(place);
}

document.addEventListener("htmx:error", ({ detail: { ctx } }) => tell(ctx, "unanswered"));
document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (!ctx.text.includes("<hx-partial")) tell(ctx, GONE.has(ctx.response.status) ? "gone" : "unanswered");
});
