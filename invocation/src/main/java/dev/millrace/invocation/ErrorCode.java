package dev.millrace.invocation;

/// Every way in which a call can fail, each with its HTTP status; the one table behind all error answers.
///
/// Names of AWS's errors differ per service and are chosen where the answer is written.
public enum ErrorCode {
    /// A bad body, header, name, id or location.
    VALIDATION_ERROR(400),
    /// No credentials, or a token that does not verify.
    UNAUTHENTICATED(403),
    /// A signature that cannot be read.
    INCOMPLETE_SIGNATURE(400),
    /// A signature by an access key that there is not.
    UNKNOWN_ACCESS_KEY(403),
    /// A session token whose time is over.
    SESSION_EXPIRED(403),
    /// A signature of something else than this request.
    SIGNATURE_MISMATCH(403),
    /// A signature of another time.
    SIGNATURE_EXPIRED(403),
    /// A caller whose role does not allow the operation.
    ACCESS_DENIED(403),
    /// An unknown endpoint or variant.
    ENDPOINT_NOT_FOUND(400),
    /// A resource of the control plane that is not there.
    RESOURCE_NOT_FOUND(400),
    /// A resource of the control plane that exists already or is in a state that forbids the call.
    RESOURCE_CONFLICT(400),
    /// What other resources forbid, where the API has a code of its own for it: a group that is not empty.
    CONFLICT(400),
    /// One resource more than the platform is set to keep.
    RESOURCE_LIMIT_EXCEEDED(400),
    /// A body that cannot be read at all: no JSON, too deep, a member of another type.
    MALFORMED_REQUEST(400),
    /// A member whose value the operation cannot use, though its shape allows it.
    INVALID_PARAMETER(400),
    /// Members that do not go together.
    INVALID_PARAMETER_COMBINATION(400),
    /// A member that is needed because of another.
    MISSING_PARAMETER(400),
    /// A text that is not in the form that it must have, such as JSON.
    INVALID_FORMAT(400),
    /// A page's token that this list did not hand out.
    INVALID_NEXT_TOKEN(400),
    /// More tags than a resource may have.
    TAG_LIMIT_EXCEEDED(400),
    /// An ARN that names nothing, given to an operation on tags.
    TAGGED_RESOURCE_NOT_FOUND(400),
    /// An operation that this API does not have.
    UNKNOWN_OPERATION(400),
    /// An id that names no invocation, on Millrace's own routes.
    INVOCATION_NOT_FOUND(404),
    /// An output that is not there yet, or never will be.
    OUTPUT_NOT_FOUND(404),
    /// An output that was there and has been deleted.
    OUTPUT_GONE(410),
    /// An idempotency key used before with another request.
    IDEMPOTENCY_CONFLICT(409),
    PAYLOAD_TOO_LARGE(400),
    /// The input that a request names is not in the store.
    INPUT_NOT_FOUND(400),
    /// The model rejected the input, its content type or the wanted answer.
    MODEL_ERROR(424),
    /// The model did not answer within the invocation timeout.
    MODEL_TIMEOUT(424),
    /// The worker died on this request as often as it may be delivered.
    MODEL_CRASHED(424),
    /// The request waited longer than its TTL.
    REQUEST_EXPIRED(408),
    /// The endpoint was deleted while the request waited.
    ENDPOINT_DELETED(410),
    /// A bound on waiting work was reached; sent with `Retry-After`.
    BACKLOG_FULL(429),
    /// Anything unknown: the detail stays in the log.
    INTERNAL_FAILURE(500),
    /// The store or the broker is out of reach or slow, or the process is stopping; sent with `Retry-After`.
    SERVICE_UNAVAILABLE(503),
    /// The store has no room for more; sent with `Retry-After`.
    STORAGE_FULL(503);

    private final int status;

    ErrorCode(int status) {
        this.status = status;
    }

    /// The HTTP status of an answer with this code.
    public int status() {
        return status;
    }

    /// Whether the same call may succeed later with nothing changed by the caller.
    public boolean isTransient() {
        return switch (this) {
            case BACKLOG_FULL, SERVICE_UNAVAILABLE, STORAGE_FULL -> true;
            case VALIDATION_ERROR,
                    UNAUTHENTICATED,
                    INCOMPLETE_SIGNATURE,
                    UNKNOWN_ACCESS_KEY,
                    SESSION_EXPIRED,
                    SIGNATURE_MISMATCH,
                    SIGNATURE_EXPIRED,
                    ACCESS_DENIED,
                    ENDPOINT_NOT_FOUND,
                    RESOURCE_NOT_FOUND,
                    RESOURCE_CONFLICT,
                    CONFLICT,
                    RESOURCE_LIMIT_EXCEEDED,
                    MALFORMED_REQUEST,
                    INVALID_PARAMETER,
                    INVALID_PARAMETER_COMBINATION,
                    MISSING_PARAMETER,
                    INVALID_FORMAT,
                    INVALID_NEXT_TOKEN,
                    TAG_LIMIT_EXCEEDED,
                    TAGGED_RESOURCE_NOT_FOUND,
                    UNKNOWN_OPERATION,
                    INVOCATION_NOT_FOUND,
                    OUTPUT_NOT_FOUND,
                    OUTPUT_GONE,
                    IDEMPOTENCY_CONFLICT,
                    PAYLOAD_TOO_LARGE,
                    INPUT_NOT_FOUND,
                    MODEL_ERROR,
                    MODEL_TIMEOUT,
                    MODEL_CRASHED,
                    REQUEST_EXPIRED,
                    ENDPOINT_DELETED,
                    INTERNAL_FAILURE -> false;
        };
    }
}
