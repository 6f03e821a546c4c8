"""Planning: cuts the customer list into partitions of whole rows."""

from collections.abc import Iterator

from shared.blob_file import BlobFile
from shared.contracts import BlobRef, PartitionPlan, PlanSummary, RunRef
from shared.domain.digests import digest
from shared.ports import BlobStore, Services
from shared.run_folder import PARTITIONS, RunFolder

CHUNK_BYTES = 4 * 1024 * 1024


def plan_run(request: RunRef, services: Services) -> PlanSummary:
    """Cut the list into ``partitions.json``. ``InputError`` when the file is not a customer list or holds no row."""
    from shared.domain.list_files import plan_list

    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    settings, privacy = manifest.config.segmentation.partitions, manifest.config.privacy
    input_digest = digest("partitions", manifest.customers, settings, privacy)

    def build() -> PartitionPlan:
        customers = BlobFile(services.blobs, manifest.customers)
        return plan_list(customers, settings, privacy, input_digest=input_digest)

    plan = run.once(PARTITIONS, PartitionPlan, input_digest, build)
    return PlanSummary(
        partitions=len(plan.partitions),
        rows=sum(partition.rows for partition in plan.partitions),
        fit=manifest.config.segmentation.method == "kmeans",
        approval=manifest.approval,
        approval_timeout_hours=manifest.config.experiment_config.experiment.approval.timeout_hours,
    )


def blob_chunks(blobs: BlobStore, ref: BlobRef) -> Iterator[bytes]:
    """The blob's bytes in order, a bounded number at a time; ``BlobChanged`` if it is replaced meanwhile."""
    for offset in range(0, ref.size or 0, CHUNK_BYTES):
        yield blobs.read_range(ref, offset, CHUNK_BYTES)
