/* Where this script came from says which shop it is, and its attributes how the seller wants it. */
const HOME = (() => {
  const script = document.currentScript ?? document.querySelector('script[src*="/chat/"][src*="/widget.js"]');
  const found = /^(https?:\/\/.+\/chat\/([^/]+)\/)widget\.js/.exec(script?.src ?? "");
  return found && { base: found[1], key: found[2], said: { ...script.dataset } };
})();
