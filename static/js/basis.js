// Whoever switches a price between percentage and amount means the same price: the server writes it the other way.
document.addEventListener("change", (event) => {
  const [, place] = event.target.name?.match(/^milestones-(\d+)-basis$/) ?? [];
  if (!place) return;
  const button = document.querySelector("#milestones button[data-move]");
  button.value = `basis-${place}`;
  button.click();
});
