package dev.millrace.gateway.upload;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What an answer of the store to a signed request means.
final class StoreAnswers {
    private static final Logger LOGGER = LoggerFactory.getLogger(StoreAnswers.class);
    private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9]{1,64})</Code>");
    private static final int INSUFFICIENT_STORAGE = 507;

    private StoreAnswers() {}

    /// The answer when it is a success, after its body was read, else the failure that it stands for.
    static Future<HttpClientResponse> checked(HttpClientResponse response) {
        // Without reading the body the connection would neither end nor serve again.
        return response.body().compose(body -> {
            int status = response.statusCode();
            if (status >= 200 && status < 300) {
                return Future.succeededFuture(response);
            }
            Matcher code = CODE.matcher(body.getString(0, Math.min(body.length(), 2048), "UTF-8"));
            String name = code.find() ? code.group(1) : "";
            LOGGER.atWarn()
                    .addKeyValue("statusCode", status)
                    .addKeyValue("error", name)
                    .log("the store refused an upload");
            boolean isFull = status == INSUFFICIENT_STORAGE || name.endsWith("StorageFull");
            return Future.failedFuture(
                    isFull
                            ? new PlatformException(ErrorCode.STORAGE_FULL, "the object store has no room for more")
                            : unavailable());
        });
    }

    static PlatformException unavailable() {
        return new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the object store did not take the input");
    }
}
