/* What the widget says, by language. `{…}` is filled in; a language that lacks a line shows the English one. */
const WORDS = {
  en: {
    chat: "Chat with {name}", close: "Close chat", open: "We are here", closed: "Closed now", back: "Back {when}",
    log: "Conversation", you: "You", machine: "automatic", write: "Write a message", send: "Send", attach: "Add a file",
    sending: "Sending…", slow: "That was a lot at once. This one goes out at {when}.", sent: "Sent", edited: "edited", removed: "This message was removed.", again: "Try again", remove: "Remove",
    notSent: "Not sent.", lost: "No connection. What you write is kept and sent as soon as it is back.",
    types: "{name} is typing…", below: "New message", fresh: "New message from {name}: {text}", unread: "{n} unread",
    help: "Articles that may help", more: "Read the whole article", today: "Today", yesterday: "Yesterday",
    tooLong: "That is {n} characters more than fit into one message.", tooLarge: "“{name}” is larger than {size}.",
    tooMany: "At most {n} files go with one message.",
    badType: "“{name}” is not a kind of file we can take. Photos and PDF are fine.", uploading: "Uploading {name}", failed: "“{name}” could not be uploaded.",
    waitFiles: "One moment, a file is still on its way.", optional: "Later",
    identify: "Find my order", identifyWhy: "So that nobody else sees your order, we send a code to the e-mail address it was placed with.",
    order: "Order number", email: "E-mail address", sendCode: "Send me the code", codeWhy: "If the two belong together, a code is on its way to you. It holds for some minutes.",
    code: "Code from the e-mail", check: "Confirm", other: "Start over", known: "You are confirmed as {name}.",
    byEmail: "Get answers by e-mail", emailWhy: "When you have left this page, the answer comes to your e-mail address. You can answer from there.",
    emailClosed: "We are not here right now. Leave your e-mail address and the answer comes there.", save: "Save", emailKept: "Answers also come to {email}.",
    needed: "Please fill this in.", trouble: "That did not work just now. Please try again.",
  },
  es: {
    chat: "Chatea con {name}", close: "Cerrar el chat", open: "Estamos aquí", closed: "Cerrado ahora", back: "Volvemos {when}",
    log: "Conversación", you: "Tú", machine: "automático", write: "Escribe un mensaje", send: "Enviar", attach: "Añadir un archivo",
    sending: "Enviando…", slow: "Han sido muchos a la vez. Este sale a las {when}.", sent: "Enviado", edited: "editado", removed: "Este mensaje se ha eliminado.", again: "Reintentar", remove: "Quitar",
    notSent: "No enviado.", lost: "Sin conexión. Lo que escribas se guarda y se envía en cuanto vuelva.",
    types: "{name} está escribiendo…", below: "Mensaje nuevo", fresh: "Mensaje nuevo de {name}: {text}", unread: "{n} sin leer",
    help: "Artículos que pueden ayudar", more: "Leer el artículo completo", today: "Hoy", yesterday: "Ayer",
    tooLong: "Sobran {n} caracteres para un solo mensaje.", tooLarge: "«{name}» supera {size}.",
    tooMany: "Como máximo {n} archivos por mensaje.",
    badType: "No podemos aceptar «{name}». Fotos y PDF sí.", uploading: "Subiendo {name}", failed: "No se pudo subir «{name}».",
    waitFiles: "Un momento, un archivo aún se está subiendo.", optional: "Más tarde",
    identify: "Buscar mi pedido", identifyWhy: "Para que nadie más vea tu pedido, enviamos un código al correo con el que se hizo.",
    order: "Número de pedido", email: "Correo electrónico", sendCode: "Enviarme el código", codeWhy: "Si ambos datos coinciden, te llegará un código. Vale unos minutos.",
    code: "Código del correo", check: "Confirmar", other: "Empezar de nuevo", known: "Confirmado: {name}.",
    byEmail: "Recibir respuestas por correo", emailWhy: "Cuando salgas de esta página, la respuesta llegará a tu correo. Puedes contestar desde allí.",
    emailClosed: "Ahora no estamos. Deja tu correo y la respuesta te llegará allí.", save: "Guardar", emailKept: "Las respuestas también llegan a {email}.",
    needed: "Rellena este campo.", trouble: "No ha funcionado. Inténtalo de nuevo.",
  },
  de: {
    chat: "Chat mit {name}", close: "Chat schließen", open: "Wir sind da", closed: "Gerade geschlossen", back: "Wieder da {when}",
    log: "Gespräch", you: "Sie", machine: "automatisch", write: "Nachricht schreiben", send: "Senden", attach: "Datei anhängen",
    sending: "Wird gesendet…", slow: "Das war viel auf einmal. Diese geht um {when} ab.", sent: "Gesendet", edited: "bearbeitet", removed: "Diese Nachricht wurde entfernt.", again: "Nochmals versuchen", remove: "Entfernen",
    notSent: "Nicht gesendet.", lost: "Keine Verbindung. Ihre Nachricht bleibt erhalten und geht ab, sobald sie wieder da ist.",
    types: "{name} schreibt…", below: "Neue Nachricht", fresh: "Neue Nachricht von {name}: {text}", unread: "{n} ungelesen",
    help: "Artikel, die helfen könnten", more: "Ganzen Artikel lesen", today: "Heute", yesterday: "Gestern",
    tooLong: "Das sind {n} Zeichen zu viel für eine Nachricht.", tooLarge: "„{name}“ ist größer als {size}.",
    tooMany: "Höchstens {n} Dateien je Nachricht.",
    badType: "„{name}“ können wir nicht annehmen. Fotos und PDF gehen.", uploading: "{name} wird hochgeladen", failed: "„{name}“ konnte nicht hochgeladen werden.",
    waitFiles: "Einen Moment, eine Datei ist noch unterwegs.", optional: "Später",
    identify: "Meine Bestellung finden", identifyWhy: "Damit niemand sonst Ihre Bestellung sieht, senden wir einen Code an die E-Mail-Adresse der Bestellung.",
    order: "Bestellnummer", email: "E-Mail-Adresse", sendCode: "Code senden", codeWhy: "Wenn beides zusammengehört, ist ein Code unterwegs. Er gilt einige Minuten.",
    code: "Code aus der E-Mail", check: "Bestätigen", other: "Von vorn", known: "Bestätigt als {name}.",
    byEmail: "Antwort per E-Mail", emailWhy: "Wenn Sie diese Seite verlassen haben, kommt die Antwort per E-Mail. Sie können von dort antworten.",
    emailClosed: "Gerade ist niemand da. Hinterlassen Sie Ihre E-Mail-Adresse, dann kommt die Antwort dorthin.", save: "Speichern", emailKept: "Antworten kommen auch an {email}.",
    needed: "Bitte ausfüllen.", trouble: "Das hat gerade nicht geklappt. Bitte versuchen Sie es noch einmal.",
  },
  fr: {
    chat: "Discuter avec {name}", close: "Fermer la discussion", open: "Nous sommes là", closed: "Fermé actuellement", back: "De retour {when}",
    log: "Conversation", you: "Vous", machine: "automatique", write: "Écrire un message", send: "Envoyer", attach: "Joindre un fichier",
    sending: "Envoi…", slow: "Cela faisait beaucoup. Celui-ci part à {when}.", sent: "Envoyé", edited: "modifié", removed: "Ce message a été supprimé.", again: "Réessayer", remove: "Retirer",
    notSent: "Non envoyé.", lost: "Pas de connexion. Votre message est gardé et partira dès son retour.",
    types: "{name} écrit…", below: "Nouveau message", fresh: "Nouveau message de {name} : {text}", unread: "{n} non lus",
    help: "Articles qui peuvent aider", more: "Lire tout l’article", today: "Aujourd’hui", yesterday: "Hier",
    tooLong: "{n} caractères de trop pour un seul message.", tooLarge: "« {name} » dépasse {size}.",
    tooMany: "{n} fichiers au plus par message.",
    badType: "« {name} » n’est pas un fichier accepté. Photos et PDF conviennent.", uploading: "Envoi de {name}", failed: "« {name} » n’a pas pu être envoyé.",
    waitFiles: "Un instant, un fichier est encore en route.", optional: "Plus tard",
    identify: "Trouver ma commande", identifyWhy: "Pour que personne d’autre ne voie votre commande, nous envoyons un code à l’adresse e-mail de la commande.",
    order: "Numéro de commande", email: "Adresse e-mail", sendCode: "Envoyer le code", codeWhy: "Si les deux correspondent, un code est en route. Il est valable quelques minutes.",
    code: "Code reçu par e-mail", check: "Confirmer", other: "Recommencer", known: "Confirmé : {name}.",
    byEmail: "Réponse par e-mail", emailWhy: "Quand vous aurez quitté cette page, la réponse arrivera par e-mail. Vous pourrez répondre de là.",
    emailClosed: "Nous sommes absents. Laissez votre adresse e-mail, la réponse y arrivera.", save: "Enregistrer", emailKept: "Les réponses arrivent aussi à {email}.",
    needed: "Merci de remplir ce champ.", trouble: "Cela n’a pas fonctionné. Merci de réessayer.",
  },
};

const spoken = (locale) => WORDS[locale.toLowerCase().split("-")[0]];

/* A language's lines as a function: say("chat", { name }). */
function speaking(locale) {
  const own = spoken(locale) ?? {};
  return (line, filled = {}) =>
    (own[line] ?? WORDS.en[line]).replace(/\{(\w+)\}/g, (_, name) => filled[name] ?? "");
}
