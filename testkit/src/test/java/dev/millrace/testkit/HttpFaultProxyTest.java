package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.testkit.HttpFaultProxy.Request;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpFaultProxyTest {
    private final WebhookReceiver server = new WebhookReceiver();
    private final HttpFaultProxy proxy = new HttpFaultProxy(server.url("/").getPort());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void close() {
        client.shutdownNow();
        proxy.close();
        server.close();
    }

    @Test
    void passesRequestsAndAnswers() throws Exception {
        server.answer(new WebhookReceiver.Answer(200, Map.of("X-Kind", "whole"), "answer", Duration.ZERO));

        HttpResponse<String> response = put("/bucket/key?part=1", "x".repeat(300_000));

        assertThat(response.body()).isEqualTo("answer");
        assertThat(response.headers().firstValue("X-Kind")).contains("whole");
        assertThat(server.received()).singleElement().satisfies(request -> {
            assertThat(request.target()).isEqualTo("/bucket/key?part=1");
            assertThat(request.body()).hasSize(300_000);
            assertThat(request.header("Host")).contains("127.0.0.1:" + proxy.port());
        });
    }

    @Test
    void passesABodyOfUnknownLength() throws Exception {
        var request = HttpRequest.newBuilder(proxy.uri().resolve("/chunked"))
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(new byte[70_000])))
                .build();

        client.send(request, HttpResponse.BodyHandlers.discarding());

        assertThat(server.received())
                .singleElement()
                .satisfies(received -> assertThat(received.body()).hasSize(70_000));
    }

    @Test
    void answersInTheServersPlaceForSoManyRequests() throws Exception {
        proxy.inject(Request.of("PUT", "/bucket/"), 2, new HttpFault.Status(503));

        assertThat(put("/bucket/key", "a").body()).contains("<Code>SlowDown</Code>");
        assertThat(put("/other", "a").statusCode()).isEqualTo(200);
        assertThat(put("/bucket/key", "a").statusCode()).isEqualTo(503);
        assertThat(put("/bucket/key", "a").statusCode()).isEqualTo(200);
        assertThat(server.received("/bucket/key")).hasSize(1);
        assertThat(proxy.count(Request.of("PUT", "/bucket/key"))).isEqualTo(3);
    }

    @Test
    void answersInTheServersPlaceForAWhile() throws Exception {
        proxy.injectFor(Request.any(), Duration.ofMinutes(1), new HttpFault.Status(500));
        assertThat(put("/a", "a").statusCode()).isEqualTo(500);

        proxy.heal();

        assertThat(put("/a", "a").statusCode()).isEqualTo(200);
    }

    @Test
    void cutsABodyShort() {
        server.answer(new WebhookReceiver.Answer(200, Map.of(), "x".repeat(1_000), Duration.ZERO));
        proxy.inject(Request.any(), 1, new HttpFault.TruncateBody(0.5));

        assertThatThrownBy(() -> put("/a", "a")).isInstanceOf(IOException.class);
    }

    @Test
    void losesTheAnswerAfterTheWorkIsDone() {
        proxy.inject(Request.any(), 1, new HttpFault.DropAnswer());

        assertThatThrownBy(() -> put("/a", "a")).isInstanceOf(IOException.class);
        assertThat(server.received("/a")).hasSize(1);
    }

    @Test
    void losesTheRequest() {
        proxy.inject(Request.any(), 1, new HttpFault.DropRequest());

        assertThatThrownBy(() -> put("/a", "a")).isInstanceOf(IOException.class);
        assertThat(server.received()).isEmpty();
    }

    private HttpResponse<String> put(String target, String body) throws IOException, InterruptedException {
        URI uri = proxy.uri().resolve(target);
        var request = HttpRequest.newBuilder(uri)
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
