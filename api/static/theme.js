// Before anything is drawn: the theme that the reader chose on this machine. Without one the system's is taken.
{
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
