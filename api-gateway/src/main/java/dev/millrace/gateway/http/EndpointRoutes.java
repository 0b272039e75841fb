package dev.millrace.gateway.http;

import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import io.vertx.core.Future;
import tools.jackson.databind.json.JsonMapper;

/// Millrace's own routes about an endpoint.
final class EndpointRoutes {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ResourceCatalog catalog;

    EndpointRoutes(ResourceCatalog catalog) {
        this.catalog = catalog;
    }

    /// The secret that a receiver of the endpoint's webhooks checks their signatures with.
    Route webhookSecret(EndpointName name) {
        return _ -> {
            EndpointResource endpoint = catalog.find(ResourceKind.ENDPOINT, name.value())
                    .orElseThrow(() ->
                            new PlatformException(ErrorCode.RESOURCE_NOT_FOUND, "endpoint " + name + ": not found"));
            byte[] body = JSON.writeValueAsBytes(JSON.createObjectNode()
                    .put("endpointName", name.value())
                    .put("webhookSecret", endpoint.webhookSecret().value()));
            return Future.succeededFuture(Answer.json(200, body).with("Cache-Control", "no-store"));
        };
    }
}
