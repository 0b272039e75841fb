package dev.millrace.gateway.http;

import dev.millrace.controlplane.AccessKeyResource;
import dev.millrace.gateway.access.AccessKeyStore;
import dev.millrace.gateway.limit.Blocking;
import dev.millrace.identity.AccessKey;
import dev.millrace.identity.BearerTokens;
import dev.millrace.identity.Role;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Millrace's own routes about access keys. A secret is shown once, to who makes it.
final class AccessKeyRoutes {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MAX_BODY = 4096;

    private final AccessKeyStore keys;
    private final Blocking blocking;

    AccessKeyRoutes(AccessKeyStore keys, Blocking blocking) {
        this.keys = keys;
        this.blocking = blocking;
    }

    /// `GET /access-keys`.
    Future<Answer> list(Exchange exchange) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode list = body.putArray("accessKeys");
        for (AccessKeyResource key : keys.all()) {
            list.addObject()
                    .put("accessKeyId", key.name())
                    .put("role", key.role())
                    .put("description", key.description())
                    .put("createdAt", key.createdAt().toString());
        }
        return Future.succeededFuture(Answer.json(200, JSON.writeValueAsBytes(body)));
    }

    /// `POST /access-keys` with `role` and, if wanted, `description`.
    Future<Answer> create(Exchange exchange) {
        return exchange.body(MAX_BODY).compose(body -> {
            JsonNode request = parse(body);
            Role role = Role.of(request.path("role").asString(""));
            String description = request.path("description").asString("");
            return exchange.here(blocking.call(() -> keys.create(role, description)))
                    .map(key -> answer(201, key));
        });
    }

    /// `POST /access-keys/{id}/rotate`, if wanted with `graceSeconds`.
    Route rotate(String id) {
        return exchange -> exchange.body(MAX_BODY).compose(body -> {
            Duration grace =
                    body.size() == 0 ? Duration.ZERO : grace(parse(body).path("graceSeconds"));
            return exchange.here(blocking.call(() -> keys.rotate(id, grace))).map(key -> answer(200, key));
        });
    }

    private static Duration grace(JsonNode seconds) {
        if (!seconds.isMissingNode() && !seconds.canConvertToInt()) {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, "graceSeconds: a whole number of seconds expected");
        }
        return Duration.ofSeconds(seconds.asInt(0));
    }

    /// `DELETE /access-keys/{id}`.
    Route delete(String id) {
        return exchange -> exchange.here(blocking.call(() -> {
                    keys.delete(id);
                    return id;
                }))
                .map(_ -> new Answer.Whole(204, Map.of(), Buffer.buffer()));
    }

    private static Answer answer(int status, AccessKey key) {
        byte[] body = JSON.writeValueAsBytes(JSON.createObjectNode()
                .put("accessKeyId", key.id())
                .put("secretAccessKey", key.secret().value())
                .put("bearerToken", BearerTokens.of(key.id(), key.secret()))
                .put("role", key.role().label()));
        return Answer.json(status, body).with("Cache-Control", "no-store");
    }

    private static JsonNode parse(Payload body) {
        try {
            return JSON.readTree(body.bytes());
        } catch (JacksonException _) {
            throw new PlatformException(
                    ErrorCode.MALFORMED_REQUEST, "the body is not JSON such as {\"role\":\"invoker\"}");
        }
    }
}
