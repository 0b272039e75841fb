package dev.millrace.gateway.cloudwatch;

import dev.millrace.controlplane.operation.Operation;
import dev.millrace.controlplane.operation.ServiceOperations;
import dev.millrace.gateway.http.OperationPermission;
import dev.millrace.gateway.http.QueryApi;
import dev.millrace.gateway.http.QueryCall;
import dev.millrace.gateway.http.QueryXml;
import dev.millrace.identity.Permission;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Threads;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// CloudWatch in the Query protocol. A call runs on a virtual thread of its own, so many at once; more are refused.
public final class CloudWatchQueryApi implements QueryApi {
    private static final Logger LOGGER = LoggerFactory.getLogger(CloudWatchQueryApi.class);
    private static final QueryXml XML = new QueryXml("http://monitoring.amazonaws.com/doc/2010-08-01/");
    private static final int AT_ONCE = 64;
    private static final ThreadFactory CALLS = Threads.virtual("cloudwatch");

    private final ServiceOperations operations;
    private final Semaphore room = new Semaphore(AT_ONCE);

    public CloudWatchQueryApi(ServiceOperations operations) {
        this.operations = operations;
    }

    @Override
    public String version() {
        return "2010-08-01";
    }

    /// A thousand data, each with a few dimensions.
    @Override
    public int maxParameters() {
        return 25_000;
    }

    @Override
    public Optional<Permission> permission(String action) {
        return Optional.of(OperationPermission.of(action));
    }

    @Override
    public CompletionStage<XmlAnswer> call(QueryCall call) {
        if (!room.tryAcquire()) {
            return CompletableFuture.completedFuture(
                    refusal(new PlatformException(ErrorCode.BACKLOG_FULL, "Rate exceeded"), call.requestId()));
        }
        var answer = new CompletableFuture<XmlAnswer>();
        CALLS.newThread(() -> {
                    try {
                        answer.complete(answer(call));
                    } finally {
                        room.release();
                    }
                })
                .start();
        return answer;
    }

    @Override
    public XmlAnswer refusal(PlatformException reason, String requestId) {
        return XML.failure(operations.service().error(reason.code()), reason.text(), requestId);
    }

    private XmlAnswer answer(QueryCall call) {
        String action = call.action();
        try {
            Operation operation = operations.operation(action);
            var request = FormReader.read(operation.input(), call.parameters());
            String members = TreeXml.members(operations.call(action, request));
            return XML.answer(XML.responseWithResult(action, members, call.requestId()));
        } catch (PlatformException e) {
            return refusal(e, call.requestId());
        } catch (RuntimeException e) {
            LOGGER.atError()
                    .addKeyValue("requestId", call.requestId())
                    .setCause(e)
                    .log("a CloudWatch call failed in an unexpected way");
            return refusal(new PlatformException(ErrorCode.INTERNAL_FAILURE, "unexpected failure"), call.requestId());
        }
    }
}
