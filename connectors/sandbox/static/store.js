// Tells the chat which variant is being looked at, as a shop's own script does.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-variants]")) return;
  const chat = document.querySelector("waybill-chat") ?? document.querySelector("script[data-product]");
  if (chat) chat.dataset.product = event.target.selectedOptions[0].dataset.sku;
});
