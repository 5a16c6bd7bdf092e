"""Every address of the site. Each name has its row in `permissions.TABLE`."""

from allauth.socialaccount.providers.openid_connect.urls import urlpatterns as provider_urls
from django.urls import include, path

from opencommissioning.web.api import api
from opencommissioning.web.views import (
    about,
    analyse,
    chart,
    flow,
    home,
    measure,
    notes,
    organisation,
    packs,
    products,
    savings,
    scheme,
    signing,
    spend,
    status,
    subscribe,
    variation,
)

handler400 = "opencommissioning.web.views.refusals.bad_request"
handler403 = "opencommissioning.web.views.refusals.forbidden"
handler404 = "opencommissioning.web.views.refusals.not_found"
handler500 = "opencommissioning.web.views.refusals.broken"

urlpatterns = [
    path("", home.home, name="home"),
    path("find/", home.find, name="find"),
    path("organisation/<str:organisation>/", organisation.organisation, name="organisation"),
    path("organisation/<str:organisation>/summary/", organisation.summary, name="organisation_summary"),
    path("organisation/<str:organisation>/spend/", spend.spend, name="organisation_spend"),
    path("organisation/<str:organisation>/spend/chart.svg", spend.chart, name="organisation_spend_chart"),
    path("organisation/<str:organisation>/pack.pdf", packs.pack, name="organisation_pack"),
    path("organisation/<str:organisation>/notes/", notes.notes, name="notes"),
    path("organisation/<str:organisation>/notes/add/", notes.add, name="notes_add"),
    path("organisation/<str:organisation>/notes/withdraw/", notes.withdraw, name="notes_withdraw"),
    path(
        "organisation/<str:organisation>/measure/<slug:name>/products/",
        products.products,
        name="measure_products",
    ),
    path(
        "organisation/<str:organisation>/measure/<slug:name>/products/<slug:side>.<slug:kind>",
        products.table,
        name="measure_products_table",
    ),
    path(
        "organisation/<str:organisation>/spend/<slug:what>.<slug:kind>",
        spend.table,
        name="organisation_spend_table",
    ),
    path("organisation/<str:organisation>/waiting/", flow.waiting, name="waiting"),
    path("organisation/<str:organisation>/waiting/<slug:name>/", flow.waiting_list, name="waiting_list"),
    path(
        "organisation/<str:organisation>/waiting/<slug:name>/<slug:kind>.svg",
        flow.chart,
        name="waiting_chart",
    ),
    path("organisation/<str:organisation>/flow/", flow.workbench, name="flow_workbench"),
    path("organisation/<str:organisation>/savings/", savings.savings, name="organisation_savings"),
    path(
        "organisation/<str:organisation>/savings/table.<slug:kind>",
        savings.table,
        name="organisation_savings_table",
    ),
    path("subscribe/", subscribe.subscribe, name="subscribe"),
    path("subscribe/confirm/<str:token>/", subscribe.confirm, name="subscribe_confirm"),
    path("subscribe/end/<str:token>/", subscribe.end, name="subscribe_end"),
    path("organisation/<str:organisation>/variation/", variation.variation, name="organisation_variation"),
    path(
        "organisation/<str:organisation>/variation/table.<slug:kind>",
        variation.table,
        name="organisation_variation_table",
    ),
    path("measure/", measure.measures, name="measures"),
    path("measure/<slug:name>/", measure.anywhere, name="measure_anywhere"),
    path("measure/<slug:name>/<slug:level>/", measure.measure, name="measure"),
    path("measure/<slug:name>/<slug:level>/table.<slug:kind>", measure.table, name="measure_table"),
    path("measure/<slug:name>/<slug:level>/months.<slug:kind>", measure.months, name="measure_months"),
    path(
        "chart/<slug:kind>/<slug:measure>/<slug:level>/<str:organisation>.<slug:form>",
        chart.chart,
        name="chart",
    ),
    path("measure/<slug:name>/definition/sign-off/", signing.sign_off, name="sign_off"),
    path("scheme/", scheme.schemes, name="schemes"),
    path("scheme/<slug:name>/", scheme.scheme, name="scheme"),
    path("scheme/<slug:name>/achievement.xlsx", scheme.workbook, name="scheme_workbook"),
    path("scheme/<slug:name>/<str:organisation>/", scheme.practice, name="scheme_practice"),
    path("analyse/", analyse.analyse, name="analyse"),
    path("analyse/codes/", analyse.codes, name="analyse_codes"),
    path("analyse/saved/", analyse.saved, name="analyses_saved"),
    path("analyse/save/", analyse.save, name="analyse_save"),
    path("analyse/definition.toml", analyse.definition, name="analyse_definition"),
    path("analyse/chart/<slug:kind>.svg", analyse.chart, name="analyse_chart"),
    path("analyse/table.<slug:kind>", analyse.table, name="analyse_table"),
    path("status/", status.status, name="status"),
    path("status/new-products.<slug:kind>", status.new_products, name="status_new_products"),
    path("status/reconciliation-sheet.xlsx", status.sheet, name="status_sheet"),
    path("status/reconcile/", status.reconcile, name="status_reconcile"),
    path("api/v1/", api.urls),
    path("glossary/", about.glossary, name="glossary"),
    path("about/", about.about, name="about"),
    path("accessibility/", about.accessibility, name="accessibility"),
    path("privacy/", about.privacy, name="privacy"),
    path("health/", about.health, name="health"),
    path("account/", about.account, name="account"),
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/devices/", include("allauth.usersessions.urls")),
    path("account/provider/", include("allauth.socialaccount.urls")),
    path("account/", include(provider_urls)),
]
