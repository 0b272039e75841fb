package dev.millrace.gateway.http;

import dev.millrace.controlplane.operation.AwsErrors;
import dev.millrace.controlplane.operation.AwsService;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The one mapping from failures to answers; every route uses it.
final class ErrorAnswers {
    private static final Logger LOGGER = LoggerFactory.getLogger(ErrorAnswers.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String RETRY_AFTER_SECONDS = "1";

    private ErrorAnswers() {}

    static Answer of(Api api, Throwable failure, String requestId) {
        PlatformException known = known(failure, requestId);
        return of(api, known.code(), known.code().status(), known.text());
    }

    /// An answer of our own routing, which no dependency failed for.
    static Answer of(Api api, ErrorCode code, int status, String message) {
        ObjectNode body = JSON.createObjectNode();
        Answer answer = switch (api) {
            case Api.SageMakerRuntime _ -> {
                String name = runtimeName(code);
                body.put("__type", name).put("Message", message);
                yield Answer.json(status, JSON.writeValueAsBytes(body)).with("x-amzn-ErrorType", name);
            }
            case Api.AwsJson(AwsService service) -> {
                AwsErrors.AwsError error = service.error(code);
                body.put("__type", error.code()).put("message", message);
                yield named(
                        service,
                        code,
                        Answer.json(error.status(), service.contentType(), JSON.writeValueAsBytes(body))
                                .with("x-amzn-ErrorType", error.code()));
            }
            case Api.AwsCbor(AwsService service) -> {
                AwsErrors.AwsError error = service.error(code);
                body.put("__type", error.code()).put("message", message);
                yield named(service, code, Answer.cbor(error.status(), CborWriter.write(body)));
            }
            case Api.Millrace _ -> {
                body.put("code", code.name()).put("message", message);
                yield Answer.json(status, JSON.writeValueAsBytes(body));
            }
        };
        return code.isTransient() ? answer.with("Retry-After", RETRY_AFTER_SECONDS) : answer;
    }

    /// With the code that clients of the service's earlier protocol look for.
    private static Answer named(AwsService service, ErrorCode code, Answer answer) {
        return service.queryError(code)
                .map(old -> answer.with("x-amzn-query-error", old + (answer.status() < 500 ? ";Sender" : ";Receiver")))
                .orElse(answer);
    }

    private static PlatformException known(Throwable failure, String requestId) {
        return switch (failure) {
            case PlatformException e -> {
                log(e, requestId);
                yield e;
            }
            case CompletionException e when e.getCause() != null -> known(e.getCause(), requestId);
            case TimeoutException e -> {
                LOGGER.atWarn()
                        .addKeyValue("requestId", requestId)
                        .setCause(debug(e))
                        .log("a dependency was slow");
                yield new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "a dependency did not answer in time");
            }
            default -> {
                LOGGER.atError()
                        .addKeyValue("requestId", requestId)
                        .setCause(failure)
                        .log("request failed unexpectedly");
                yield new PlatformException(ErrorCode.INTERNAL_FAILURE, "unexpected failure");
            }
        };
    }

    private static void log(PlatformException failure, String requestId) {
        var level = failure.code().status() >= 500 ? LOGGER.atWarn() : LOGGER.atDebug();
        level.addKeyValue("requestId", requestId)
                .addKeyValue("code", failure.code())
                .addKeyValue("error", failure.text())
                .setCause(debug(failure))
                .log("request refused");
    }

    private static @Nullable Throwable debug(Throwable failure) {
        return LOGGER.isDebugEnabled() ? failure : null;
    }

    private static String runtimeName(ErrorCode code) {
        return switch (code) {
            case VALIDATION_ERROR,
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
                    INVOCATION_NOT_FOUND,
                    OUTPUT_NOT_FOUND,
                    OUTPUT_GONE,
                    PAYLOAD_TOO_LARGE,
                    INPUT_NOT_FOUND,
                    ENDPOINT_DELETED -> "ValidationError";
            case UNKNOWN_OPERATION -> "UnknownOperationException";
            case IDEMPOTENCY_CONFLICT -> "IdempotencyConflictException";
            case UNAUTHENTICATED -> "MissingAuthenticationTokenException";
            case INCOMPLETE_SIGNATURE -> "IncompleteSignatureException";
            case UNKNOWN_ACCESS_KEY -> "UnrecognizedClientException";
            case SESSION_EXPIRED -> "ExpiredTokenException";
            case SIGNATURE_MISMATCH, SIGNATURE_EXPIRED -> "InvalidSignatureException";
            case ACCESS_DENIED -> "AccessDeniedException";
            case MODEL_ERROR, MODEL_TIMEOUT, MODEL_CRASHED, REQUEST_EXPIRED -> "ModelError";
            case BACKLOG_FULL -> "ThrottlingException";
            case INTERNAL_FAILURE -> "InternalFailure";
            case SERVICE_UNAVAILABLE, STORAGE_FULL -> "ServiceUnavailable";
        };
    }
}
