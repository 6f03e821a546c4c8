"""The map of the app: every trigger, orchestrator and activity, one line each."""

import azure.durable_functions as df
import azure.functions as func

import orchestrator
from activities import (
    approval,
    experimentation,
    generation,
    planning,
    reporting,
    retrieval,
    safety,
    segmentation,
    tracking,
)
from shared import bootstrap
from triggers import blob, http, pages, timer
from triggers.registration import Registration

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)
register = Registration(app, http.Environment(bootstrap.services, bootstrap.base_config, bootstrap.settings))

# How a run starts and is asked about
register.http("POST", "runs", http.create_run)
register.http("GET", "runs", http.list_runs)
register.http("GET", "runs/{run_id}", http.get_run)
register.http("GET", "runs/{run_id}/variants", http.get_variants)
register.http("PUT", "runs/{run_id}/variants/{variant_id}", http.edit_variant)
register.http("POST", "runs/{run_id}/approval", http.decide)
register.http("GET", "runs/{run_id}/report.{kind}", http.get_report)
register.http("GET", "runs/{run_id}/experiment", http.get_experiment)
register.http("POST", "runs/{run_id}/engagement", http.add_engagement)
register.http("GET", "runs/{run_id}/analyses", http.get_analyses)
register.http("GET", "runs/{run_id}/assignments.csv", http.get_assignments)
register.http("GET", "runs/{run_id}/audit.csv", http.get_audit)
register.http("GET", "runs/{run_id}/evidence.zip", http.get_evidence)
register.http("POST", "runs/{run_id}/cancel", http.cancel)
register.http("POST", "erasures", http.erase)
register.http("POST", "recalls", http.recall)
register.http("GET", "recalls", http.list_recalls)
register.http("GET", "health", http.health, anonymous=True)
register.http("GET", "openapi.json", http.openapi)
register.http("GET", "dashboard", pages.dashboard, anonymous=True)
register.http("GET", "dashboard/{asset}", pages.asset, anonymous=True)
register.blob(blob.customers_uploaded)
register.timer("0 30 3 * * *", timer.purge_history)
register.timer("0 0 4 * * *", timer.purge_old_runs)

# The pipeline
register.orchestrator(orchestrator.personalise_customers)
register.orchestrator(orchestrator.personalise_segment)
register.orchestrator(orchestrator.process_partitions)

# The agents
register.activity(planning.plan_run)
register.activity(segmentation.fit_segments)
register.activity(segmentation.segment_partition)
register.activity(segmentation.sum_statistics)
register.activity(segmentation.merge_segments)
register.activity(retrieval.index_content)
register.activity(retrieval.retrieve_for_segment)
register.activity(generation.generate_variant)
register.activity(safety.check_safety)
register.activity(safety.log_safety_decisions)
register.activity(approval.count_decisions)
register.activity(approval.close_approvals)
register.activity(experimentation.plan_experiment)
register.activity(experimentation.assign_partition)
register.activity(experimentation.sum_outcomes)
register.activity(experimentation.analyse_experiment)
register.activity(reporting.summarise_run)
register.activity(reporting.write_report)
register.activity(tracking.track_run)
register.activity(reporting.close_run)
