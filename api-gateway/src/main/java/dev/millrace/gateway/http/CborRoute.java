package dev.millrace.gateway.http;

import dev.millrace.controlplane.operation.ServiceOperations;
import dev.millrace.gateway.limit.Blocking;
import dev.millrace.invocation.Payload;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `POST /service/<service>/operation/<operation>`: a service in the protocol RPC v2 with CBOR.
final class CborRoute {
    static final String PREFIX = "/service/";

    private static final int MAX_BODY = 1 << 20;

    private final List<ServiceOperations> services;
    private final Blocking blocking;
    private final Authentication authentication;

    CborRoute(List<ServiceOperations> services, Blocking blocking, Authentication authentication) {
        this.services =
                services.stream().filter(each -> each.service().speaksCbor()).toList();
        this.blocking = blocking;
        this.authentication = authentication;
    }

    /// Where a request to that path goes; empty where no service is.
    Optional<Router.Target> target(String path) {
        String[] parts = path.split("/", -1);
        if (parts.length != 5 || !parts[3].equals("operation")) {
            return Optional.empty();
        }
        return services.stream()
                .filter(each -> each.service().targetPrefix().equals(parts[2]))
                .findFirst()
                .map(operations -> target(operations, parts[4]));
    }

    private Router.Target target(ServiceOperations operations, String operation) {
        Route route = authentication.guard(
                OperationPermission.of(operation), exchange -> handle(exchange, operations, operation));
        return new Router.Target("control-plane", new Api.AwsCbor(operations.service()), route);
    }

    private Future<Answer> handle(Exchange exchange, ServiceOperations operations, String operation) {
        String encoding = exchange.headers().find("Content-Encoding");
        return exchange.body(MAX_BODY)
                .compose(body -> exchange.here(blocking.call(() -> call(operations, operation, body, encoding))))
                .map(bytes -> Answer.cbor(200, bytes));
    }

    private static byte[] call(
            ServiceOperations operations, String operation, Payload body, @Nullable String encoding) {
        byte[] request = RequestBytes.of(body, encoding, MAX_BODY);
        return CborWriter.write(operations.call(operation, CborReader.read(request)));
    }
}
