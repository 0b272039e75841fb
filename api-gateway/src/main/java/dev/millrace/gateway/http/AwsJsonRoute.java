package dev.millrace.gateway.http;

import dev.millrace.controlplane.operation.AwsService;
import dev.millrace.controlplane.operation.ServiceOperations;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.gateway.limit.Blocking;
import dev.millrace.invocation.Payload;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `POST /` with `X-Amz-Target: <service>.<operation>`.
final class AwsJsonRoute {
    private static final int MAX_BODY = 1 << 20;

    private final Map<AwsService, ServiceOperations> services = new EnumMap<>(AwsService.class);
    private final Blocking blocking;
    private final Authentication authentication;

    AwsJsonRoute(List<ServiceOperations> services, Blocking blocking, Authentication authentication) {
        this.authentication = authentication;
        this.blocking = blocking;
        services.forEach(each -> this.services.put(each.service(), each));
    }

    /// Where a request with that target goes.
    Router.Target target(String header) {
        int dot = header.lastIndexOf('.');
        Optional<ServiceOperations> named = AwsService.ofTarget(header.substring(0, Math.max(dot, 0)))
                .flatMap(service -> Optional.ofNullable(services.get(service)));
        if (named.isEmpty()) {
            return new Router.Target("control-plane", Api.CONTROL_PLANE, _ -> {
                throw ServiceOperations.unknown();
            });
        }
        ServiceOperations operations = named.get();
        String operation = header.substring(dot + 1);
        return new Router.Target(
                "control-plane",
                new Api.AwsJson(operations.service()),
                authentication.guard(
                        OperationPermission.of(operation), exchange -> handle(exchange, operations, operation)));
    }

    private Future<Answer> handle(Exchange exchange, ServiceOperations operations, String operation) {
        String encoding = exchange.headers().find("Content-Encoding");
        return exchange.body(MAX_BODY)
                .compose(body -> exchange.here(blocking.call(() -> call(operations, operation, body, encoding))))
                .map(body -> answer(operations.service().contentType(), body));
    }

    private static ObjectNode call(
            ServiceOperations operations, String operation, Payload body, @Nullable String encoding) {
        byte[] request = RequestBytes.of(body, encoding, MAX_BODY);
        return operations.call(operation, ControlPlaneJson.parse(request));
    }

    private static Answer answer(String contentType, ObjectNode body) {
        if (body.isEmpty()) {
            return new Answer.Whole(200, Map.of("Content-Type", contentType), Buffer.buffer());
        }
        return Answer.json(200, contentType, ControlPlaneJson.write(body));
    }
}
