package dev.millrace.gateway.http;

import dev.millrace.controlplane.operation.ControlPlaneOperations;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.gateway.limit.Blocking;
import dev.millrace.identity.Permission;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `POST /` with `X-Amz-Target: SageMaker.<Operation>`.
final class ControlPlaneRoute {
    private static final String PREFIX = "SageMaker.";
    private static final int MAX_BODY = 1 << 20;
    private static final Pattern READS = Pattern.compile("Describe|List|Get|Search|BatchDescribe");

    private final ControlPlaneOperations operations;
    private final Blocking blocking;
    private final Authentication authentication;

    ControlPlaneRoute(ControlPlaneOperations operations, Blocking blocking, Authentication authentication) {
        this.authentication = authentication;
        this.operations = operations;
        this.blocking = blocking;
    }

    Future<Answer> handle(Exchange exchange) {
        String operation = operation(exchange.headers().find("X-Amz-Target"));
        Permission permission = READS.matcher(operation).lookingAt() ? Permission.READ : Permission.OPERATE;
        return authentication.guard(permission, each -> handle(each, operation)).handle(exchange);
    }

    private Future<Answer> handle(Exchange exchange, String operation) {
        return exchange.body(MAX_BODY)
                .compose(body -> exchange.here(blocking.call(() -> call(operation, body))))
                .map(ControlPlaneRoute::answer);
    }

    private ObjectNode call(String operation, Payload body) {
        return operations.call(operation, ControlPlaneJson.parse(body.bytes()));
    }

    private static Answer answer(ObjectNode body) {
        if (body.isEmpty()) {
            return new Answer.Whole(200, Map.of("Content-Type", "application/x-amz-json-1.1"), Buffer.buffer());
        }
        return Answer.json(200, "application/x-amz-json-1.1", ControlPlaneJson.write(body));
    }

    private static String operation(@Nullable String target) {
        if (target == null || !target.startsWith(PREFIX)) {
            throw new PlatformException(
                    ErrorCode.UNKNOWN_OPERATION, "The requested operation is not recognized by the service.");
        }
        return target.substring(PREFIX.length());
    }
}
