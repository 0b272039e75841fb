package dev.millrace.controlplane.operation;

import dev.millrace.invocation.ErrorCode;

/// The names that AWS's services have for our errors; the one table for each of them.
public final class AwsErrors {
    /// @param code as in `__type` or `<Code>`
    /// @param status of the HTTP answer
    /// @param queryCode the code in the Query protocol, for a service that speaks it beside others
    public record AwsError(String code, int status, String queryCode) {
        public AwsError(String code, int status) {
            this(code, status, code);
        }
    }

    private AwsErrors() {}

    /// As the control plane of SageMaker says it, where a missing or existing resource is a
    /// `ValidationException`.
    public static AwsError sageMaker(ErrorCode code) {
        return switch (code) {
            case VALIDATION_ERROR,
                    RESOURCE_NOT_FOUND,
                    RESOURCE_CONFLICT,
                    ENDPOINT_NOT_FOUND,
                    INVOCATION_NOT_FOUND,
                    OUTPUT_NOT_FOUND,
                    OUTPUT_GONE,
                    INPUT_NOT_FOUND,
                    INVALID_PARAMETER,
                    INVALID_PARAMETER_COMBINATION,
                    MISSING_PARAMETER,
                    INVALID_FORMAT,
                    INVALID_NEXT_TOKEN,
                    TAG_LIMIT_EXCEEDED,
                    TAGGED_RESOURCE_NOT_FOUND,
                    IDEMPOTENCY_CONFLICT,
                    PAYLOAD_TOO_LARGE,
                    MODEL_ERROR,
                    MODEL_TIMEOUT,
                    MODEL_CRASHED,
                    REQUEST_EXPIRED,
                    ENDPOINT_DELETED -> new AwsError("ValidationException", 400);
            case CONFLICT -> new AwsError("ConflictException", 400);
            case RESOURCE_LIMIT_EXCEEDED -> new AwsError("ResourceLimitExceeded", 400);
            case MALFORMED_REQUEST -> new AwsError("SerializationException", 400);
            case UNKNOWN_OPERATION -> new AwsError("UnknownOperationException", 400);
            case UNAUTHENTICATED -> new AwsError("MissingAuthenticationTokenException", 403);
            case INCOMPLETE_SIGNATURE -> new AwsError("IncompleteSignatureException", 400);
            case UNKNOWN_ACCESS_KEY -> new AwsError("UnrecognizedClientException", 403);
            case SESSION_EXPIRED -> new AwsError("ExpiredTokenException", 403);
            case SIGNATURE_MISMATCH, SIGNATURE_EXPIRED -> new AwsError("InvalidSignatureException", 403);
            case ACCESS_DENIED -> new AwsError("AccessDeniedException", 400);
            case BACKLOG_FULL -> new AwsError("ThrottlingException", 400);
            case SERVICE_UNAVAILABLE, STORAGE_FULL -> new AwsError("ServiceUnavailable", 503);
            case INTERNAL_FAILURE -> new AwsError("InternalFailure", 500);
        };
    }

    /// As SNS says it.
    public static AwsError sns(ErrorCode code) {
        return switch (code) {
            case VALIDATION_ERROR,
                    RESOURCE_CONFLICT,
                    INVALID_PARAMETER,
                    INVALID_PARAMETER_COMBINATION,
                    MISSING_PARAMETER,
                    INVALID_FORMAT,
                    INVALID_NEXT_TOKEN,
                    TAG_LIMIT_EXCEEDED,
                    TAGGED_RESOURCE_NOT_FOUND,
                    CONFLICT,
                    IDEMPOTENCY_CONFLICT,
                    PAYLOAD_TOO_LARGE,
                    INPUT_NOT_FOUND,
                    MALFORMED_REQUEST,
                    MODEL_ERROR,
                    MODEL_TIMEOUT,
                    MODEL_CRASHED,
                    REQUEST_EXPIRED,
                    ENDPOINT_DELETED -> new AwsError("InvalidParameter", 400);
            case RESOURCE_NOT_FOUND, ENDPOINT_NOT_FOUND, INVOCATION_NOT_FOUND, OUTPUT_NOT_FOUND, OUTPUT_GONE ->
                new AwsError("NotFound", 404);
            case RESOURCE_LIMIT_EXCEEDED -> new AwsError("TopicLimitExceeded", 403);
            case UNKNOWN_OPERATION -> new AwsError("InvalidAction", 400);
            case UNAUTHENTICATED -> new AwsError("MissingAuthenticationToken", 403);
            case INCOMPLETE_SIGNATURE -> new AwsError("IncompleteSignature", 400);
            case UNKNOWN_ACCESS_KEY -> new AwsError("InvalidClientTokenId", 403);
            case SESSION_EXPIRED -> new AwsError("ExpiredToken", 403);
            case SIGNATURE_MISMATCH, SIGNATURE_EXPIRED -> new AwsError("SignatureDoesNotMatch", 403);
            case ACCESS_DENIED -> new AwsError("AuthorizationError", 403);
            case BACKLOG_FULL -> new AwsError("Throttled", 429);
            case SERVICE_UNAVAILABLE, STORAGE_FULL -> new AwsError("ServiceUnavailable", 503);
            case INTERNAL_FAILURE -> new AwsError("InternalError", 500);
        };
    }

    /// As Application Auto Scaling says it.
    public static AwsError applicationAutoScaling(ErrorCode code) {
        return switch (code) {
            case RESOURCE_NOT_FOUND -> new AwsError("ObjectNotFoundException", 400);
            case RESOURCE_LIMIT_EXCEEDED -> new AwsError("LimitExceededException", 400);
            case INVALID_NEXT_TOKEN -> new AwsError("InvalidNextTokenException", 400);
            case RESOURCE_CONFLICT -> new AwsError("ConcurrentUpdateException", 400);
            case TAG_LIMIT_EXCEEDED -> new AwsError("TooManyTagsException", 400);
            case TAGGED_RESOURCE_NOT_FOUND -> new AwsError("ResourceNotFoundException", 400);
            case INTERNAL_FAILURE -> new AwsError("InternalServiceException", 500);
            case VALIDATION_ERROR,
                    CONFLICT,
                    ENDPOINT_NOT_FOUND,
                    INVOCATION_NOT_FOUND,
                    OUTPUT_NOT_FOUND,
                    OUTPUT_GONE,
                    INPUT_NOT_FOUND,
                    INVALID_PARAMETER,
                    INVALID_PARAMETER_COMBINATION,
                    MISSING_PARAMETER,
                    INVALID_FORMAT,
                    IDEMPOTENCY_CONFLICT,
                    PAYLOAD_TOO_LARGE,
                    MODEL_ERROR,
                    MODEL_TIMEOUT,
                    MODEL_CRASHED,
                    REQUEST_EXPIRED,
                    ENDPOINT_DELETED,
                    MALFORMED_REQUEST,
                    UNKNOWN_OPERATION,
                    UNAUTHENTICATED,
                    INCOMPLETE_SIGNATURE,
                    UNKNOWN_ACCESS_KEY,
                    SESSION_EXPIRED,
                    SIGNATURE_MISMATCH,
                    SIGNATURE_EXPIRED,
                    ACCESS_DENIED,
                    BACKLOG_FULL,
                    SERVICE_UNAVAILABLE,
                    STORAGE_FULL -> sageMaker(code);
        };
    }

    /// As CloudWatch says it.
    public static AwsError cloudWatch(ErrorCode code) {
        return switch (code) {
            case INVALID_PARAMETER,
                    RESOURCE_CONFLICT,
                    CONFLICT,
                    IDEMPOTENCY_CONFLICT,
                    PAYLOAD_TOO_LARGE,
                    INPUT_NOT_FOUND,
                    MODEL_ERROR,
                    MODEL_TIMEOUT,
                    MODEL_CRASHED,
                    REQUEST_EXPIRED,
                    ENDPOINT_DELETED -> new AwsError("InvalidParameterValueException", 400, "InvalidParameterValue");
            case INVALID_PARAMETER_COMBINATION ->
                new AwsError("InvalidParameterCombinationException", 400, "InvalidParameterCombination");
            case MISSING_PARAMETER -> new AwsError("MissingRequiredParameterException", 400, "MissingParameter");
            case INVALID_FORMAT -> new AwsError("InvalidFormatFault", 400, "InvalidFormat");
            case INVALID_NEXT_TOKEN -> new AwsError("InvalidNextToken", 400);
            case TAG_LIMIT_EXCEEDED -> new AwsError("LimitExceededFault", 400, "LimitExceeded");
            case RESOURCE_LIMIT_EXCEEDED -> new AwsError("LimitExceededFault", 400, "LimitExceeded");
            case RESOURCE_NOT_FOUND,
                    TAGGED_RESOURCE_NOT_FOUND,
                    ENDPOINT_NOT_FOUND,
                    INVOCATION_NOT_FOUND,
                    OUTPUT_NOT_FOUND,
                    OUTPUT_GONE -> new AwsError("ResourceNotFound", 404);
            case INTERNAL_FAILURE -> new AwsError("InternalServiceFault", 500, "InternalServiceError");
            case VALIDATION_ERROR -> new AwsError("ValidationException", 400, "ValidationError");
            case UNKNOWN_OPERATION -> new AwsError("UnknownOperationException", 400, "InvalidAction");
            case MALFORMED_REQUEST,
                    UNAUTHENTICATED,
                    INCOMPLETE_SIGNATURE,
                    UNKNOWN_ACCESS_KEY,
                    SESSION_EXPIRED,
                    SIGNATURE_MISMATCH,
                    SIGNATURE_EXPIRED,
                    ACCESS_DENIED,
                    BACKLOG_FULL,
                    SERVICE_UNAVAILABLE,
                    STORAGE_FULL -> sageMaker(code);
        };
    }

    /// As IAM, STS and the Query protocol itself say it.
    public static AwsError query(ErrorCode code) {
        return switch (code) {
            case VALIDATION_ERROR,
                    RESOURCE_CONFLICT,
                    CONFLICT,
                    INVALID_PARAMETER,
                    INVALID_PARAMETER_COMBINATION,
                    MISSING_PARAMETER,
                    INVALID_FORMAT,
                    INVALID_NEXT_TOKEN,
                    TAG_LIMIT_EXCEEDED,
                    TAGGED_RESOURCE_NOT_FOUND,
                    IDEMPOTENCY_CONFLICT,
                    PAYLOAD_TOO_LARGE,
                    INPUT_NOT_FOUND,
                    MODEL_ERROR,
                    MODEL_TIMEOUT,
                    MODEL_CRASHED,
                    REQUEST_EXPIRED,
                    ENDPOINT_DELETED -> new AwsError("ValidationError", 400);
            case RESOURCE_NOT_FOUND, ENDPOINT_NOT_FOUND, INVOCATION_NOT_FOUND, OUTPUT_NOT_FOUND, OUTPUT_GONE ->
                new AwsError("NoSuchEntity", 404);
            case MALFORMED_REQUEST -> new AwsError("MalformedQueryString", 400);
            case ACCESS_DENIED -> new AwsError("AccessDenied", 403);
            case RESOURCE_LIMIT_EXCEEDED -> new AwsError("LimitExceeded", 409);
            case BACKLOG_FULL -> new AwsError("Throttling", 400);
            case INTERNAL_FAILURE -> new AwsError("InternalFailure", 500);
            case UNKNOWN_OPERATION,
                    UNAUTHENTICATED,
                    INCOMPLETE_SIGNATURE,
                    UNKNOWN_ACCESS_KEY,
                    SESSION_EXPIRED,
                    SIGNATURE_MISMATCH,
                    SIGNATURE_EXPIRED,
                    SERVICE_UNAVAILABLE,
                    STORAGE_FULL -> sns(code);
        };
    }
}
