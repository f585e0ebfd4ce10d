"""What the features want done in the background: followers of the log, kinds of jobs, timers."""

from functools import partial

from lyhord.app.backing_up import LOOK_SECONDS, BackingUp
from lyhord.app.channels import LIVE
from lyhord.app.settings import Settings
from lyhord.app.system_mail import send_mail
from lyhord.contacts.imports import actions as imports
from lyhord.contacts.imports import jobs as importing
from lyhord.conversations import likeness, search
from lyhord.conversations.pushes.actions import forget_unused
from lyhord.conversations.scheduled import actions as scheduled
from lyhord.conversations.scheduled.jobs import make_send_scheduled
from lyhord.conversations.translation import actions as translation
from lyhord.conversations.translation import following
from lyhord.conversations.translation import jobs as translating
from lyhord.conversations.translation.desk import TranslatorDesk
from lyhord.hearing import actions as hearing_actions
from lyhord.hearing import following as hearing
from lyhord.hearing.actions import Ears
from lyhord.hearing.findings.model import COMPLAINT, REASON
from lyhord.hearing.jobs import PATIENCE as HEARING_PATIENCE
from lyhord.hearing.jobs import make_hear_all, make_hear_closely
from lyhord.hearing.reasons import actions as reason_actions
from lyhord.hearing.reasons import jobs as learning
from lyhord.hearing.reasons.embedders import is_installed
from lyhord.hearing.reasons.points import EMBEDDER
from lyhord.hearing.reasons.telling import Models
from lyhord.hearing.themes import jobs as theming
from lyhord.hearing.thinkers import Thinkers
from lyhord.insights import rollups
from lyhord.insights.reports import actions as reports
from lyhord.kit.clock import HOUR, SECOND
from lyhord.kit.database import Database, Tx
from lyhord.kit.followers import Follower
from lyhord.kit.http.idempotency import forget_responses
from lyhord.kit.jobs import Context, Handler, Work
from lyhord.kit.leases import GiveUp, Job, Patience
from lyhord.kit.secrets import Sealer
from lyhord.notifications import answers, telling
from lyhord.notifications import jobs as notification_jobs
from lyhord.notifications.actions import MAIL_JOB, forget_old, mail_who_is_away
from lyhord.notifications.desk import PushDesk
from lyhord.notifications.jobs import Courier, make_mail, make_push
from lyhord.privacy.keeping.actions import remove_old
from lyhord.surveys import following as surveys
from lyhord.surveys.silent import looking as silence
from lyhord.tickets.actions import wake_tickets
from lyhord.tickets.answering import OwnersAnswer
from lyhord.tickets.complaints import following as complaints
from lyhord.tickets.hints import actions as hint_actions
from lyhord.tickets.hints import following as hints
from lyhord.tickets.hints import jobs as looking
from lyhord.tickets.hints import learning as answering
from lyhord.tickets.levels import following as clocks
from lyhord.tickets.levels import jobs as reckoning
from lyhord.tickets.levels.actions import ring_clocks
from lyhord.tickets.promises import following as promises
from lyhord.tickets.promises import jobs as promising
from lyhord.tickets.reasons import following as reasons
from lyhord.tickets.reasons import telling as reasons_told
from lyhord.tickets.reasons.actions import conclude_messages
from lyhord.tickets.routing import following as routing
from lyhord.tickets.routing.jobs import make_replaying
from lyhord.tickets.rules import following as rules
from lyhord.tickets.surges import following as surges
from lyhord.tickets.tasks.actions import remind_of_tasks
from lyhord.worker.runner import Duties
from lyhord.worker.timers import Chore, Timer
from lyhord.workspaces import letters
from lyhord.workspaces.actions.away import come_and_go
from lyhord.workspaces.actions.sessions import sweep_sign_in
from lyhord.workspaces.jobs import make_system_mail
from lyhord.workspaces.schedules import actions as schedules
from lyhord.workspaces.schedules import jobs as holidays

FOLLOWERS = (
    hearing.FOLLOWER,
    routing.make_follower(LIVE),
    search.FOLLOWER,
    likeness.FOLLOWER,
    rollups.FOLLOWER,
    telling.FOLLOWER,
    answers.FOLLOWER,
    following.FOLLOWER,
    rules.FOLLOWER,
    surges.FOLLOWER,
    reasons.FOLLOWER,
    clocks.FOLLOWER,
    promises.FOLLOWER,
    complaints.FOLLOWER,
    hints.FOLLOWER,
    surveys.FOLLOWER,
)
WAKE_SECONDS = 15
RING_SECONDS = 10
RETURN_SECONDS = 30
ROUND_SECONDS = 15
MAIL_SECONDS = 30
RULE_SECONDS = 20
REPORT_SECONDS = 60
HOURLY = HOUR / SECOND


def make_ears(thinkers: Thinkers) -> Ears:
    """With the models of workspaces, and with what follows for tickets; closely, where an embedder is installed."""
    return Ears(Models(thinkers.files), conclude_messages, closely=is_installed(EMBEDDER), ponder=thinkers.think)


def list_followers(ears: Ears) -> tuple[Follower, ...]:
    """Everybody who follows the log; who hears first, so that the others mostly know it."""
    return (hearing.make_follower(ears), *FOLLOWERS[1:])


def _hear_and_learn(thinkers: Thinkers, ears: Ears) -> dict[str, Work]:
    files = thinkers.files
    return {
        hearing_actions.JOB: Work(make_hear_all(ears), HEARING_PATIENCE),
        hearing_actions.CLOSER_JOB: Work(make_hear_closely(thinkers.think_closely, ears), HEARING_PATIENCE),
        hint_actions.JOB: Work(looking.draw_looks, looking.PATIENCE),
        reasons_told.JOB: Work(reasons_told.make_telling(ears), reasons_told.PATIENCE),
        reason_actions.JOBS[REASON]: Work(learning.make_learn(files, closely=ears.closely), learning.PATIENCE),
        reason_actions.JOBS[COMPLAINT]: Work(answering.make_learn(files), answering.PATIENCE),
    }


def list_duties(
    settings: Settings,
    sealer: Sealer,
    database: Database,
    push_desk: PushDesk,
    translators: TranslatorDesk,
    base_address: str,
    thinkers: Thinkers,
) -> Duties:
    """Everything that a worker does, besides sending, fetching and its own housekeeping."""
    courier = Courier(push_desk.pusher, sealer)
    backups = Chore("backup", LOOK_SECONDS, BackingUp(database, settings).look)
    files, ears = thinkers.files, make_ears(thinkers)
    promise = Chore("reply promises", promising.SECONDS, partial(promising.reckon_promises, database, LIVE))
    silent = Chore("silent customers", silence.SECONDS, partial(silence.look_for_silent, database))
    themes = Chore("themes", theming.SECONDS, partial(theming.look_for_themes, database))
    return Duties(
        followers=list_followers(ears),
        work={
            schedules.JOB: Work(holidays.look_up_holidays, holidays.PATIENCE),
            reckoning.JOB: Work(reckoning.reckon_all, reckoning.PATIENCE),
            **make_replaying(LIVE),
            letters.JOB: Work(_system_mail(settings, sealer)),
            imports.JOB: Work(importing.make_import(files), importing.PATIENCE),
            scheduled.JOB: Work(make_send_scheduled(OwnersAnswer())),
            translation.JOB: Work(translating.make_translate(translators), translating.PATIENCE),
            **_hear_and_learn(thinkers, ears),
            telling.PUSH_JOB: Work(_of_workspace(make_push(courier)), Patience(attempts=6)),
            answers.JOB: Work(_of_workspace(answers.make_tell_visitor(courier, base_address)), Patience(attempts=6)),
            MAIL_JOB: Work(_of_workspace(make_mail(partial(send_mail, settings), base_address))),
        },
        timers=(
            Timer("snoozed tickets", WAKE_SECONDS, wake_tickets),
            Timer("tasks that are due", WAKE_SECONDS, remind_of_tasks),
            Timer("clocks", RING_SECONDS, ring_clocks),
            Timer("reports", REPORT_SECONDS, reports.send_due),
            Timer("complaints", RING_SECONDS, complaints.ring_complaints),
            Timer("complaints that nobody can act on", RETURN_SECONDS, complaints.look_round),
            Timer("complaints that were missed", HOURLY, hint_actions.draw_weekly),
            Timer("agents who leave and return", RETURN_SECONDS, come_and_go),
            Timer("rules that wait", RULE_SECONDS, rules.ask_of_time),
            Timer("what rules did", HOURLY, rules.forget_firings),
            Timer("public holidays", HOURLY, holidays.look_ahead),
            Timer("routing", ROUND_SECONDS, partial(routing.look_round, live=LIVE)),
            Timer("old decisions of routing", HOURLY, routing.forget_old),
            Timer("sign-in", HOURLY, _sweep_sign_in),
            Timer("idempotency", HOURLY, forget_responses),
            Timer("what is kept no longer", HOURLY, remove_old),
            Timer("old notifications", HOURLY, forget_old),
            Timer("visitors who stay away", HOURLY, forget_unused),
            *((Timer("mails to who is away", MAIL_SECONDS, mail_who_is_away),) if settings.smtp_host else ()),
        ),
        long=(backups,) if settings.backup_dir else (),
        apart=(promise, silent, themes),
    )


def _system_mail(settings: Settings, sealer: Sealer) -> Handler:
    send_letter = make_system_mail(sealer, partial(send_mail, settings))

    async def handle(_: Context, job: Job) -> None:
        if not settings.smtp_host:
            raise GiveUp("no server is set for system mail")
        await send_letter(job.read(dict))

    return handle


def _of_workspace(work: notification_jobs.Work) -> Handler:
    async def handle(context: Context, job: Job) -> None:
        await work(context.database, context.workspace_id, job.read(dict))

    return handle


def _sweep_sign_in(tx: Tx) -> int:
    sweep_sign_in(tx)
    return 0
