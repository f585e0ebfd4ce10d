"""Rows of surveys, of what was asked and answered, and of customers who are unhappy without a word."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from lyhord.kit.database import Id, Json, Millis, metadata, partial_index

survey = Table(
    "survey",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("body", Json, nullable=False, comment="model.SurveyWords"),
    Column("changed_at", Millis, nullable=False),
    Column("removed_at", Millis, comment="its ratings stay"),
    sqlite_with_rowid=False,
)

survey_rules = Table(
    "survey_rules",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("body", Json, nullable=False, comment="model.SurveyRules"),
    sqlite_with_rowid=False,
)

survey_asking = Table(
    "survey_asking",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("survey_id", Id, nullable=False),
    Column("kind", String(10), nullable=False, comment="csat, nps or effort"),
    Column("about", String(10), nullable=False, comment="answer, attitude or company"),
    Column("moment", String(10), nullable=False, comment="after or before"),
    Column("conversation_id", Id, nullable=False),
    Column("contact_id", Id, nullable=False),
    Column("ticket_id", Id, nullable=False),
    Column("inbox_id", Id),
    Column("channel", String(40), nullable=False),
    Column("ticket_kind", String(20), nullable=False),
    Column("agent_id", Id, comment="who had the ticket then"),
    Column("team_id", Id),
    Column("language", String(16), nullable=False),
    Column("state", String(10), nullable=False, comment="planned, asked, answered or dropped"),
    Column("due_at", Millis, nullable=False),
    Column("asked_at", Millis),
    Column("message_id", Id, comment="the question"),
    Column("why", Text, comment="a key: why it was dropped"),
    Column("score", Integer),
    Column("mark", String(6), comment="good, middle or bad"),
    Column("words", Text, nullable=False, comment="what the customer wrote beside the score"),
    Column("answered_at", Millis),
    Column("answer_id", Id, comment="the message that was the answer; null where it was given on the page"),
    Column("clicked", Integer, comment="a score chosen by a link, which nobody has confirmed yet"),
    Column("clicked_at", Millis),
    Column("doubted_at", Millis, comment="since several links were followed at once, as machines do"),
    Column("task_id", Id, comment="of whoever looks after a bad rating"),
    Column("told_id", Id, comment="survey_telling.id: the last text that said what came of it"),
    Column("told_at", Millis),
    sqlite_with_rowid=False,
)
partial_index(
    "ix_survey_asking_asked",
    survey_asking.c.workspace_id,
    survey_asking.c.asked_at,
    survey_asking.c.id,
    where=survey_asking.c.asked_at.isnot(None),
)
partial_index(
    "ix_survey_asking_answered",
    survey_asking.c.workspace_id,
    survey_asking.c.answered_at,
    survey_asking.c.id,
    where=survey_asking.c.answered_at.isnot(None),
)
Index(
    "ix_survey_asking_conversation", survey_asking.c.workspace_id, survey_asking.c.conversation_id, survey_asking.c.id
)
Index("ix_survey_asking_ticket", survey_asking.c.workspace_id, survey_asking.c.ticket_id)

survey_telling = Table(
    "survey_telling",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("id", Id, primary_key=True),
    Column("texts", Json, nullable=False, comment="canned.model.Text: what was done, by language"),
    Column("by", Text, nullable=False, comment="agent:<id>"),
    Column("at", Millis, nullable=False),
    sqlite_with_rowid=False,
)

survey_told = Table(
    "survey_told",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("telling_id", Id, primary_key=True),
    Column("conversation_id", Id, primary_key=True),
    Column("asking_id", Id, nullable=False),
    Column("state", String(10), nullable=False, comment="waiting, said or left"),
    Column("why", Text, comment="a key: why it wasn't said"),
    Column("message_id", Id),
    sqlite_with_rowid=False,
)

silent_customer = Table(
    "silent_customer",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("conversation_id", Id, primary_key=True),
    Column("contact_id", Id, nullable=False),
    Column("score", Integer, nullable=False, comment="the weights of the signals together"),
    Column("signals", Json, nullable=False, comment="silent.model.Signal: why"),
    Column("found_at", Millis, nullable=False),
    Column("looked_at", Millis, nullable=False),
    Column(
        "settled_at", Millis, comment="when somebody said that it is looked after; it comes back with another reason"
    ),
    Column("settled_by", Text),
    sqlite_with_rowid=False,
)
Index(
    "ix_silent_customer_score",
    silent_customer.c.workspace_id,
    silent_customer.c.score,
    silent_customer.c.conversation_id,
)

silent_round = Table(
    "silent_round",
    metadata,
    Column("workspace_id", Id, primary_key=True),
    Column("after_id", Id, nullable=False, comment="up to which conversation the round has come"),
    Column("began_at", Millis, nullable=False),
    Column("ended_at", Millis),
    sqlite_with_rowid=False,
)
