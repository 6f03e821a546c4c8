"""The map of the app: every trigger, orchestrator and activity, one line each.

A function stands here as ``module:name`` and loads when it is first called: a cold start pays for the map alone.
"""

import azure.durable_functions as df
import azure.functions as func

from triggers.registration import Registration

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)
register = Registration(app)

# How a run starts and is asked about
register.http("POST", "runs", "triggers.http:create_run")
register.http("GET", "runs", "triggers.http:list_runs")
register.http("GET", "runs/{run_id}", "triggers.http:get_run")
register.http("GET", "runs/{run_id}/variants", "triggers.http:get_variants")
register.http("PUT", "runs/{run_id}/variants/{variant_id}", "triggers.http:edit_variant")
register.http("POST", "runs/{run_id}/approval", "triggers.http:decide")
register.http("GET", "runs/{run_id}/report.{kind}", "triggers.http:get_report")
register.http("GET", "runs/{run_id}/experiment", "triggers.http:get_experiment")
register.http("POST", "runs/{run_id}/engagement", "triggers.http:add_engagement")
register.http("GET", "runs/{run_id}/analyses", "triggers.http:get_analyses")
register.http("GET", "runs/{run_id}/assignments.csv", "triggers.http:get_assignments")
register.http("GET", "runs/{run_id}/audit.csv", "triggers.http:get_audit")
register.http("GET", "runs/{run_id}/evidence.zip", "triggers.http:get_evidence")
register.http("POST", "runs/{run_id}/cancel", "triggers.http:cancel")
register.http("POST", "erasures", "triggers.http:erase")
register.http("POST", "recalls", "triggers.http:recall")
register.http("GET", "recalls", "triggers.http:list_recalls")
register.http("GET", "health", "triggers.http:health", anonymous=True)
register.http("GET", "openapi.json", "triggers.http:openapi")
register.http("GET", "dashboard", "triggers.pages:dashboard", anonymous=True)
register.http("GET", "dashboard/{asset}", "triggers.pages:asset", anonymous=True)
register.blob("customers/{name}", "triggers.blob:customers_uploaded")
register.timer("0 30 3 * * *", "triggers.timer:purge_history")
register.timer("0 0 4 * * *", "triggers.timer:purge_old_runs")

# The pipeline
register.orchestrator("orchestrator:personalise_customers")
register.orchestrator("orchestrator:personalise_segment")
register.orchestrator("orchestrator:process_partitions")

# The agents
register.activity("activities.planning:plan_run")
register.activity("activities.segmentation:fit_segments")
register.activity("activities.segmentation:segment_partition")
register.activity("activities.segmentation:sum_statistics")
register.activity("activities.segmentation:merge_segments")
register.activity("activities.retrieval:index_content")
register.activity("activities.retrieval:retrieve_for_segment")
register.activity("activities.generation:generate_variant")
register.activity("activities.safety:check_safety")
register.activity("activities.safety:log_safety_decisions")
register.activity("activities.approval:count_decisions")
register.activity("activities.approval:close_approvals")
register.activity("activities.experimentation:plan_experiment")
register.activity("activities.experimentation:assign_partition")
register.activity("activities.experimentation:sum_outcomes")
register.activity("activities.experimentation:analyse_experiment")
register.activity("activities.reporting:summarise_run")
register.activity("activities.reporting:write_report")
register.activity("activities.tracking:track_run")
register.activity("activities.reporting:close_run")
