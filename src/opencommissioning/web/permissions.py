"""The permission table: every address of the site and who may use it. A route that is not here is refused, and a test fails."""

from rules.predicates import Predicate

from opencommissioning.web.roles import Role, everybody, holding, nobody, public, signed_in

# Signing in has to be open to those who have not, and the pages every public body owes its readers always are.
OPEN = [
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",  # a page of our own, which says whom to ask
    "mfa_authenticate",
    "accessibility",
    "privacy",
    "health",
]
# the signed token is the permission
OPEN += ["subscribe_confirm", "subscribe_end", "account_one_time_link", "account_new_password"]
OPEN += [
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
]

READING = ["home", "find", "glossary", "about", "organisation", "organisation_summary", "status"]
READING += ["status_new_products", "status_sheet"]
READING += [
    "api_described",
    "api:api-root",
    "api:openapi-json",
    "api:build",
    "api:organisations",
    "api:organisation",
]
READING += ["api:measures", "api:measure", "api:values", "api:verdicts"]
READING += [
    "measures",
    "measure_anywhere",
    "measure",
    "measure_table",
    "measure_months",
    "measure_need",
    "chart",
]
READING += ["measure_products", "measure_products_table"]
READING += ["organisation_spend", "organisation_spend_chart", "organisation_spend_table"]
READING += ["waiting", "waiting_list", "waiting_chart", "flow_workbench", "flow_chart", "flow_file"]
READING += ["avoidable", "avoidable_table", "measure_deprivation"]
READING += ["measure_direct", "measure_direct_table"]
READING += ["organisation_savings", "organisation_savings_table", "api:savings", "api:spend_change"]
READING += ["organisation_pack", "notes", "subscribe"]
READING += ["organisation_variation", "organisation_variation_table"]
READING += [
    "analyse",
    "analyse_codes",
    "analyses_saved",
    "analyse_definition",
    "analyse_chart",
    "analyse_table",
]

OWN_ACCOUNT = ["account", "account_change_password", "account_reauthenticate", "usersessions_list"]
OWN_ACCOUNT += ["mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp"]
OWN_ACCOUNT += ["mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"]
OWN_ACCOUNT += [
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_reauthenticate_webauthn",
]

# Part of the sign-in package, not of this site: accounts are made by an administrator or by the provider.
CLOSED = ["account_signup", "account_email", "account_email_verification_sent", "account_confirm_email"]
CLOSED += ["account_set_password", "account_confirm_login_code"]
CLOSED += ["account_reset_password_done", "account_reset_password_from_key"]
CLOSED += ["account_reset_password_from_key_done", "socialaccount_signup", "socialaccount_connections"]

# Whose definitions an area takes: they hold the role for the whole area, for a measure is everybody's.
may_define = holding(Role.ANALYST, Role.PHARMACIST)

# Who keeps scenarios of the flow workbench for others, of an organisation or what it belongs to; whoever signs in reads them.
may_plan = holding(Role.ANALYST, Role.PROGRAMME_MANAGER)

# Who explains a point of a practice: those who work there, and pharmacists of it or of what it belongs to.
EXPLAINERS = (Role.PRACTICE_MEMBER, Role.PRESCRIBING_LEAD, Role.PHARMACIST)
may_explain = holding(*EXPLAINERS)
# Who may vouch for a definition: a qualified person, so being an administrator is not enough. And who sees what every practice earned in a scheme that is not public.
may_sign = holding(Role.PHARMACIST, administrators=False)
PAYERS = (Role.ANALYST, Role.PHARMACIST, Role.PROGRAMME_MANAGER, Role.CORPORATE_GOVERNANCE_LEAD)
sees_schemes = holding(*PAYERS)
sees_own_scheme = holding(*PAYERS, Role.PRESCRIBING_LEAD, Role.PRACTICE_MEMBER)

TABLE: dict[str, Predicate] = {
    **dict.fromkeys(OPEN, everybody),
    **dict.fromkeys(READING, public),
    **dict.fromkeys(OWN_ACCOUNT, signed_in),
    **dict.fromkeys(CLOSED, nobody),
    "analyse_save": may_define,
    **dict.fromkeys(["flow_saved", "flow_compare", "flow_compare_chart"], signed_in),
    **dict.fromkeys(["flow_save", "flow_rename", "flow_delete"], may_plan),
    "notes_add": may_explain,
    "notes_withdraw": may_explain,
    "sign_off": may_sign,
    # it reads a file and sums a year of prescribing: for people who are known
    "status_reconcile": signed_in,
    # a scheme's own file says whether it is public; its views ask further
    **dict.fromkeys(["schemes", "scheme", "scheme_workbook", "scheme_practice"], public),
}
