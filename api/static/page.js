// What every page does with scripts on: times are shown in the reader's own zone, the stored one stays in the title.
for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.getTime())) {
    time.title = time.dateTime;
    time.textContent = at.toLocaleString();
  }
}
