/* After the page: nothing is asked before its `load`. */
if (HOME && !customElements.get("waybill-chat")) {
  customElements.define("waybill-chat", WaybillChat);
  const begin = () => {
    if (document.querySelector("waybill-chat")) return; // the page placed one itself
    const chat = document.createElement("waybill-chat");
    Object.assign(chat.dataset, HOME.said);
    document.body.append(chat);
  };
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin, { once: true });
}
