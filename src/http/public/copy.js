// A button beside what is to be copied; hidden where there is no clipboard, where the text is selected with one tap.
for (const button of document.querySelectorAll('[data-copies]')) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.copies).textContent.replace(/\s/g, '');
    await navigator.clipboard.writeText(text);
    button.nextElementSibling.textContent = button.dataset.done;
  });
}
