// The visitor's time zone: the server says when a draft was saved, and counts the days that it is valid.
for (const field of document.querySelectorAll("[data-zone]")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
}
