"""Retrieval: takes in the approved content, and finds the passages that suit a segment."""

from shared.answers import Answers
from shared.contracts import (
    ContentLibrary,
    ContentSummary,
    IndexDocument,
    Manifest,
    RetrievalDocument,
    RetrievalSummary,
    RunRef,
    Segment,
    SegmentRef,
    SegmentsDocument,
)
from shared.domain.digests import digest
from shared.errors import BlobChanged, NotFound
from shared.ports import BlobStore, Services
from shared.recalls import recall_reasons
from shared.run_folder import INDEX, LIBRARY, SEGMENTS, RunFolder, library_version, retrieval_file
from shared.telemetry import log_structured

CANDIDATES = 50
"""Documents to look through for those that can be cited; a namesake of another may not be."""


def index_content(request: RunRef, services: Services) -> ContentSummary:
    """Keep the documents that may be cited today in ``content.json``, say of every other why not, and index them."""
    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    answers = Answers(services, manifest)
    region = manifest.config.brand.retrieval.region
    input_digest = digest("content", manifest.content, manifest.as_of, region)
    library = run.once(
        LIBRARY, ContentLibrary, input_digest, lambda: _read_library(services.blobs, manifest, input_digest)
    )
    run.once(INDEX, IndexDocument, input_digest, lambda: _index(library, answers))
    if library.notices:
        log_structured("instruction_found", {"run_id": run.run_id, "documents": len(library.notices)})
    return ContentSummary(documents=len(library.documents), left_out=len(library.left_out))


def retrieve_for_segment(request: SegmentRef, services: Services) -> RetrievalSummary:
    """The best passages for one segment, as ``retrieval/{segment}.json``."""
    from shared.domain.retrieval import construct_query, select_passages

    run = RunFolder(services.blobs, request.run_id)
    manifest = run.manifest()
    answers = Answers(services, manifest)
    settings, fewest = manifest.config.brand.retrieval, manifest.config.brand.limits.citations_min
    segment = find_segment(run, request.segment_id)
    library = run.read(LIBRARY, ContentLibrary)
    query = construct_query(segment, settings, manifest.as_of)
    input_digest = digest("retrieval", library.input_digest, settings, fewest, query)

    def build() -> RetrievalDocument:
        asked = answers.find(library.documents, query.model_copy(update={"top_k": CANDIDATES}))
        hits = asked.answer.hits if asked.answer else ()
        by_id = {document.document_id: document for document in library.documents}
        return RetrievalDocument(
            input_digest=input_digest,
            segment_id=segment.segment_id,
            provider=asked.answer.provider if asked.answer else answers.provider("search"),
            query=query.text,
            results=select_passages(
                hits, by_id, query, top_k=settings.top_k, max_words=settings.snippet_max_words, fewest=fewest
            ),
            error=asked.fault,
            notices=(asked.answer.notice,) if asked.answer and asked.answer.notice else (),
            calls=asked.calls,
        )

    found = run.once(retrieval_file(segment.segment_id), RetrievalDocument, input_digest, build)
    return RetrievalSummary(segment_id=segment.segment_id, passages=len(found.results))


def _index(library: ContentLibrary, answers: Answers) -> IndexDocument:
    """Bring the search index up to date; when that fails, the run goes on with what the index holds."""
    asked = answers.synchronise(library.documents)
    return IndexDocument(
        input_digest=library.input_digest,
        provider=answers.provider("search"),
        outcome=asked.answer,
        error=asked.fault,
        calls=asked.calls,
    )


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
    return build_library(
        parsed,
        manifest.as_of,
        input_digest,
        region=manifest.config.brand.retrieval.region,
        recalled=recall_reasons(blobs, manifest),
    )
