from django.urls import path

from agents.views import autonomy, drafts, identity, machine, pauses, rules, runs, trials, voice, wishes

app_name = "agents"
urlpatterns = [
    path("drafts/", drafts.queue, name="drafts"),
    path("conversations/<uuid:conversation>/draft", drafts.show, name="draft"),
    path("drafts/<uuid:draft>/approval", drafts.approve, name="approve"),
    path("drafts/<uuid:draft>/edit", drafts.edit, name="edit"),
    path("drafts/<uuid:draft>/check", drafts.check, name="check"),
    path("drafts/<uuid:draft>/rejection", drafts.reject, name="reject"),
    path("drafts/<uuid:draft>/again", drafts.again, name="again"),
    path("conversations/<uuid:conversation>/identity", identity.show, name="identity"),
    path("identity/<uuid:check>/code", identity.send, name="send_code"),
    path("runs/<uuid:run>/evidence/<int:number>", runs.evidence, name="evidence"),
    path("runs/<uuid:run>", runs.show, name="run"),
    path("runs/<uuid:run>/wish", wishes.create, name="correct"),
    path("runs/<uuid:run>/wish/delete", wishes.delete, name="uncorrect"),
    path("settings/autonomy", autonomy.index, name="autonomy"),
    path("settings/autonomy/<str:key>", autonomy.edit, name="autonomy_edit"),
    path("pauses", pauses.banner, name="paused"),
    path("pauses/new", pauses.create, name="pause"),
    path("pauses/<uuid:pause>/delete", pauses.delete, name="unpause"),
    path("settings/machine", machine.show, name="machine"),
    path("settings/rules", rules.show, name="rules"),
    path("settings/rules/tried", rules.attempt, name="rules_tried"),
    path("settings/rules/force", rules.put_in_force, name="rules_in_force"),
    path("settings/rules/discard", rules.discard, name="rules_discard"),
    path("settings/rules/versions/<int:number>", rules.version, name="rules_version"),
    path("settings/rules/versions/<int:number>/restore", rules.restore, name="rules_restore"),
    path("settings/rules/new/<slug:kind>", rules.create, name="rule_new"),
    path("settings/rules/new/<slug:kind>/sentence", rules.preview, name="rule_sentence"),
    path("settings/rules/<slug:key>", rules.edit, name="rule"),
    path("settings/rules/<slug:key>/delete", rules.delete, name="rule_delete"),
    path("settings/rules/<slug:key>/restore", rules.put_back, name="rule_restore"),
    path("settings/voice", voice.edit, name="voice"),
    path("settings/voice/preview", voice.preview, name="voice_preview"),
    path("settings/machine/trials/new", trials.create, name="try"),
    path("settings/machine/trials/writers", trials.writers, name="writers"),
    path("settings/machine/trials/<uuid:trial>", trials.show, name="trial"),
    path(
        "settings/machine/trials/<uuid:trial>/evidence/<int:number>", trials.evidence, name="trial_evidence"
    ),
]
