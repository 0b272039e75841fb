package dev.millrace.gateway.http;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `POST /` with a form, and `GET /?Action=…` from links in messages: hands the parameters to the Query API.
final class QueryRoute {
    private static final int MAX_BODY = 1 << 20;
    private static final int MAX_PARAMETERS = 1_000;

    /// Links in messages: their token or their ARN is the credential, as it is AWS's.
    private static final Set<String> OPEN = Set.of("ConfirmSubscription", "Unsubscribe");

    private final @Nullable QueryApi api;
    private final Authentication authentication;

    /// @param api null where no such API is served
    QueryRoute(@Nullable QueryApi api, Authentication authentication) {
        this.api = api;
        this.authentication = authentication;
    }

    Future<Answer> handle(Exchange exchange) {
        if (api == null) {
            throw new PlatformException(ErrorCode.UNKNOWN_OPERATION, "the operation is not supported");
        }
        QueryApi target = api;
        return exchange.request().method().equals(HttpMethod.GET) ? link(exchange, target) : form(exchange, target);
    }

    private Future<Answer> form(Exchange exchange, QueryApi target) {
        return Future.succeededFuture()
                .compose(_ -> authentication.identify(exchange))
                .compose(caller -> exchange.body(MAX_BODY).compose(body -> {
                    Map<String, String> parameters = parse(body.utf8());
                    caller.require(target.permission(parameters.getOrDefault("Action", "")));
                    return call(exchange, target, parameters);
                }))
                .recover(failure -> refusal(exchange, target, failure));
    }

    private Future<Answer> link(Exchange exchange, QueryApi target) {
        Map<String, String> parameters = parse(String.valueOf(exchange.request().query()));
        String action = parameters.getOrDefault("Action", "");
        return Future.succeededFuture()
                .compose(_ -> OPEN.contains(action)
                        ? Future.succeededFuture(Authentication.Caller.ANYBODY)
                        : authentication.identify(exchange))
                .compose(caller -> {
                    caller.require(target.permission(action));
                    return call(exchange, target, parameters);
                })
                .recover(failure -> refusal(exchange, target, failure));
    }

    private static Future<Answer> call(Exchange exchange, QueryApi target, Map<String, String> parameters) {
        return exchange.here(target.call(parameters, exchange.requestId())).map(QueryRoute::answer);
    }

    private static Future<Answer> refusal(Exchange exchange, QueryApi target, Throwable failure) {
        return failure instanceof PlatformException reason
                ? Future.succeededFuture(answer(target.refusal(reason, exchange.requestId())))
                : Future.failedFuture(failure);
    }

    private static Answer answer(QueryApi.XmlAnswer answer) {
        return new Answer.Whole(
                answer.status(),
                Map.of("Content-Type", answer.contentType()),
                Buffer.buffer(answer.body().bytes()));
    }

    private static Map<String, String> parse(String form) {
        var parameters = new LinkedHashMap<String, String>();
        for (String pair : form.split("&", MAX_PARAMETERS + 1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            if (parameters.size() == MAX_PARAMETERS
                    || parameters.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
                throw new PlatformException(
                        ErrorCode.MALFORMED_REQUEST, "the form has too many parameters, or one of them twice");
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new PlatformException(ErrorCode.MALFORMED_REQUEST, "the form is not encoded as it should be");
        }
    }
}
