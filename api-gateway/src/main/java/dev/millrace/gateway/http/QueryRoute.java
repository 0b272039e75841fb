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
import org.jspecify.annotations.Nullable;

/// `POST /` with a form, and `GET /?Action=…` from links in messages: hands the parameters to the Query API.
final class QueryRoute {
    private static final int MAX_BODY = 1 << 20;
    private static final int MAX_PARAMETERS = 100;

    private final @Nullable QueryApi api;

    /// @param api null where no such API is served
    QueryRoute(@Nullable QueryApi api) {
        this.api = api;
    }

    Future<Answer> handle(Exchange exchange) {
        if (api == null) {
            throw new PlatformException(ErrorCode.UNKNOWN_OPERATION, "the operation is not supported");
        }
        QueryApi target = api;
        Future<String> form = exchange.request().method().equals(HttpMethod.GET)
                ? Future.succeededFuture(String.valueOf(exchange.request().query()))
                : exchange.body(MAX_BODY).map(body -> body.utf8());
        return form.compose(text -> exchange.here(target.call(parse(text), exchange.requestId())))
                .map(answer -> new Answer.Whole(
                        answer.status(),
                        Map.of("Content-Type", answer.contentType()),
                        Buffer.buffer(answer.body().bytes())));
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
