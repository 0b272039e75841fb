package dev.millrace.outbound;

import dev.millrace.invocation.Payload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/// Posts to addresses that users give.
///
/// The name is resolved once per connection, every address is checked, and the connection goes to a checked
/// address, so
/// that an answer of DNS that changes between check and call cannot lead inside. No connection is kept.
/// Thread-safe;
/// blocks its (virtual) thread at most as long as the time limit.
public final class OutboundCaller implements AutoCloseable {
    private static final int MAX_BODY = 64 * 1024;
    private static final Duration MAX_RETRY_AFTER = Duration.ofHours(24);

    private final AddressGuard guard;
    private final AddressGuard.Resolver resolver;
    private final OkHttpClient client;

    /// @param timeout for the whole call, from resolving to the last byte of the answer
    public OutboundCaller(AddressGuard guard, Duration timeout) {
        this(guard, timeout, host -> List.of(InetAddress.getAllByName(host)));
    }

    OutboundCaller(AddressGuard guard, Duration timeout, AddressGuard.Resolver resolver) {
        this.guard = guard;
        this.resolver = resolver;
        Dns checked = host -> guard.check(host, resolver);
        client = new OkHttpClient.Builder()
                .dns(checked)
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.NANOSECONDS))
                .callTimeout(timeout)
                .connectTimeout(timeout)
                .readTimeout(timeout)
                .writeTimeout(timeout)
                .build();
    }

    /// Posts the body and reads the answer's beginning.
    ///
    /// @param headers without `Host`, `Content-Length` and `Content-Type`
    public OutboundAnswer post(OutboundAddress address, String contentType, Map<String, String> headers, Payload body) {
        Request.Builder request = new Request.Builder()
                .url(address.uri().toString())
                .post(RequestBody.create(body.bytes(), MediaType.get(contentType)));
        headers.forEach(request::header);
        try {
            checkIfLiteral(address.host());
            try (Response response = client.newCall(request.build()).execute()) {
                return new OutboundAnswer.Answered(
                        response.code(), retryAfter(response.header("Retry-After")), beginning(response.body()));
            }
        } catch (ForbiddenAddressException e) {
            return new OutboundAnswer.Forbidden(String.valueOf(e.getMessage()));
        } catch (UnknownHostException _) {
            return new OutboundAnswer.NotReached("the host name does not resolve");
        } catch (IOException e) {
            return new OutboundAnswer.NotReached(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    /// OkHttp asks its resolver about names only: an address that is written out would go unchecked.
    private void checkIfLiteral(String host) throws UnknownHostException {
        if (host.startsWith("[") || Character.isDigit(host.charAt(host.length() - 1))) {
            guard.check(host, resolver);
        }
    }

    private static String beginning(ResponseBody body) throws IOException {
        var bytes = new Buffer();
        while (bytes.size() < MAX_BODY && body.source().read(bytes, MAX_BODY - bytes.size()) >= 0) {
            // Reads on until the end or the limit.
        }
        return bytes.readString(StandardCharsets.UTF_8);
    }

    /// Seconds only: the date form would make the wait depend on two clocks.
    private static @Nullable Duration retryAfter(@Nullable String value) {
        if (value == null || !value.matches("[0-9]{1,6}")) {
            return null;
        }
        Duration wanted = Duration.ofSeconds(Long.parseLong(value));
        return wanted.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wanted;
    }

    @Override
    public void close() {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }
}
