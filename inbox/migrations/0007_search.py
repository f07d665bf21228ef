import django.db.models.deletion
from django.db import migrations, models

import config.tenancy

# Letters without accents and case; the same words as inbox.models.search.words_of.
WORDS = r"""
CREATE FUNCTION inbox_words(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(DISTINCT left(word, 40))
  FROM regexp_split_to_table(
    regexp_replace(normalize(lower(said COLLATE "pg_c_utf8"), NFKD), '[\u0300-\u036f]+', '', 'g'), '[^[:alnum:]]+'
  ) AS word
  WHERE word <> ''
$$
"""

INDEX = """
CREATE FUNCTION inbox_index(conversation inbox_conversation) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  fresh text[];
BEGIN
  SELECT coalesce(inbox_words(concat_ws(' ', conversation.subject, conversation.order_number,
                                        conversation.snippet, name, email)), '{}')
  INTO fresh FROM inbox_customer WHERE id = conversation.customer_id;
  DELETE FROM inbox_searchword WHERE conversation_id = conversation.id AND word <> ALL (fresh);
  INSERT INTO inbox_searchword (organization_id, conversation_id, word)
  SELECT conversation.organization_id, conversation.id, unnest(fresh) ON CONFLICT DO NOTHING;
END
$$;
CREATE FUNCTION inbox_conversation_says() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM inbox_index(NEW);
  RETURN NULL;
END
$$;
CREATE FUNCTION inbox_customer_is_called() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM inbox_index(each) FROM inbox_conversation AS each WHERE each.customer_id = NEW.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER search_opened AFTER INSERT ON inbox_conversation
  FOR EACH ROW EXECUTE FUNCTION inbox_conversation_says();
CREATE TRIGGER search_changed AFTER UPDATE OF subject, order_number, snippet, customer_id ON inbox_conversation
  FOR EACH ROW WHEN ((OLD.subject, OLD.order_number, OLD.snippet, OLD.customer_id)
    IS DISTINCT FROM (NEW.subject, NEW.order_number, NEW.snippet, NEW.customer_id))
  EXECUTE FUNCTION inbox_conversation_says();
CREATE TRIGGER search_renamed AFTER UPDATE OF name, email ON inbox_customer
  FOR EACH ROW WHEN ((OLD.name, OLD.email) IS DISTINCT FROM (NEW.name, NEW.email))
  EXECUTE FUNCTION inbox_customer_is_called();
SELECT inbox_index(each) FROM inbox_conversation AS each;
"""

BACK = """
DROP TRIGGER search_renamed ON inbox_customer;
DROP TRIGGER search_changed ON inbox_conversation;
DROP TRIGGER search_opened ON inbox_conversation;
DROP FUNCTION inbox_customer_is_called();
DROP FUNCTION inbox_conversation_says();
DROP FUNCTION inbox_index(inbox_conversation);
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0006_settlements_and_openings")]

    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "conversation", "word", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("word", models.TextField(db_collation="C")),
                (
                    "conversation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.conversation",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=config.tenancy.current_organization_id,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "word"], name="inbox_search")],
            },
        ),
        config.tenancy.Isolate("inbox_searchword"),
        migrations.RunSQL(WORDS, "DROP FUNCTION inbox_words(text)"),
        migrations.RunSQL(INDEX, BACK),
    ]
