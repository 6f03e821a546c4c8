"""Retrieval: takes in the approved content, and finds the passages that suit a segment."""

from collections.abc import Sequence

from shared.contracts import (
    ContentLibrary,
    ContentSummary,
    Manifest,
    RetrievalDocument,
    RetrievalSummary,
    RunRef,
    SearchHit,
    SearchQuery,
    Segment,
    SegmentRef,
    SegmentsDocument,
)
from shared.domain.digests import digest
from shared.errors import BlobChanged, NotFound
from shared.ports import BlobStore, Services
from shared.run_folder import LIBRARY, SEGMENTS, RunFolder, library_version, retrieval_file
from shared.telemetry import service_fault, timed

CANDIDATES = 50
"""Documents to look through for those that can be cited; a namesake of another may not be."""


def index_content(request: RunRef, services: Services) -> ContentSummary:
    """Keep the documents that may be cited today in ``content.json``, and say of every other why not."""
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    input_digest = digest("content", manifest.content, manifest.created_at.date().isoformat())
    library = run.once(
        LIBRARY, ContentLibrary, input_digest, lambda: _read_library(services.blobs, manifest, input_digest)
    )
    return ContentSummary(documents=len(library.documents), left_out=len(library.left_out))


def retrieve_for_segment(request: SegmentRef, services: Services) -> RetrievalSummary:
    """The best passages for one segment, as ``retrieval/{segment}.json``."""
    from shared.domain.retrieval import construct_query, select_passages

    run = RunFolder(services.blobs, request.run_id)
    brand = run.manifest().config.brand
    settings, fewest = brand.retrieval, brand.limits.citations_min
    segment = find_segment(run, request.segment_id)
    library = run.read(LIBRARY, ContentLibrary)
    query = construct_query(segment, settings)
    input_digest = digest("retrieval", library.input_digest, settings, fewest, query, services.search.provider)

    def build() -> RetrievalDocument:
        hits, milliseconds, error = _search(library, query, services)
        by_id = {document.document_id: document for document in library.documents}
        return RetrievalDocument(
            input_digest=input_digest,
            segment_id=segment.segment_id,
            provider=services.search.provider,
            query=query.text,
            results=select_passages(
                hits, by_id, query, top_k=settings.top_k, max_words=settings.snippet_max_words, fewest=fewest
            ),
            error=error,
            service_ms=milliseconds,
        )

    found = run.once(retrieval_file(segment.segment_id), RetrievalDocument, input_digest, build)
    return RetrievalSummary(segment_id=segment.segment_id, passages=len(found.results))


def _search(
    library: ContentLibrary, query: SearchQuery, services: Services
) -> tuple[Sequence[SearchHit], float | None, str]:
    """What the index finds, and how long it took; when it fails, nothing and why, which costs this segment only."""
    wider = query.model_copy(update={"top_k": CANDIDATES})
    try:
        return *timed(lambda: services.search.search(library.documents, wider)), ""
    except Exception as fault:  # noqa: BLE001 - whatever went wrong, the segment gets the control message
        return (), None, service_fault("search", fault)


def find_segment(run: RunFolder, segment_id: str) -> Segment:
    """The segment of that id; ``NotFound`` when the run has none."""
    for segment in run.read(SEGMENTS, SegmentsDocument).segments:
        if segment.segment_id == segment_id:
            return segment
    raise NotFound(f"run {run.run_id} has no segment {segment_id}")


def _read_library(blobs: BlobStore, manifest: Manifest, input_digest: str) -> ContentLibrary:
    from shared.domain.content import build_library, parse_content

    folder = manifest.content
    files = list(blobs.list(folder.container, folder.name))
    if library_version(files) != folder.etag:
        raise BlobChanged("content: the library was changed after the run was started; start it anew")
    parsed = {
        ref.name.removeprefix(folder.name): parse_content(ref.name, blobs.read(ref.container, ref.name))
        for ref in files
    }
    return build_library(parsed, manifest.created_at.date(), input_digest)
