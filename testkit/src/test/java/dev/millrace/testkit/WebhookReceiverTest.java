package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookReceiverTest {
    private final WebhookReceiver receiver = new WebhookReceiver();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.shutdownNow();
        receiver.close();
    }

    @Test
    void recordsWhatItReceives() throws Exception {
        int status = post("/hook?id=1", "done");

        assertThat(status).isEqualTo(200);
        assertThat(receiver.received("/hook")).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.target()).isEqualTo("/hook?id=1");
            assertThat(request.header("Content-Type")).contains("text/plain");
            assertThat(request.text()).isEqualTo("done");
        });
    }

    @Test
    void answersAsTheTestSaysAndThenAsBefore() throws Exception {
        receiver.answerNext(WebhookReceiver.Answer.of(503), WebhookReceiver.Answer.of(429));

        assertThat(post("/", "a")).isEqualTo(503);
        assertThat(post("/", "a")).isEqualTo(429);
        assertThat(post("/", "a")).isEqualTo(200);
    }

    @Test
    void keepsASenderWaiting() {
        receiver.answer(WebhookReceiver.Answer.of(200).after(Duration.ofMinutes(1)));

        assertThatThrownBy(() -> post("/", "a")).isInstanceOf(HttpTimeoutException.class);
    }

    private int post(String path, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(receiver.url(path))
                .timeout(Duration.ofMillis(500))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
