package dev.millrace.standalone.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Calls the public API over HTTP as `curl` would; blocking.
final class ApiClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final JsonMapper json = new JsonMapper();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    private final URI base;
    private final String token;

    /// @param token of the caller
    ApiClient(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + token);
    }

    /// One operation of the control plane.
    ///
    /// @throws ApiException when the answer is not 200
    JsonNode sageMaker(String operation, Map<String, Object> request) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request("/")
                .header("Content-Type", "application/x-amz-json-1.1")
                .header("X-Amz-Target", "SageMaker." + operation)
                .POST(BodyPublishers.ofByteArray(json.writeValueAsBytes(request))));
        if (answer.statusCode() != 200) {
            throw new ApiException(operation + ": " + answer.statusCode() + " " + answer.body(), answer.statusCode());
        }
        return json.readTree(answer.body().isEmpty() ? "{}" : answer.body());
    }

    /// An asynchronous invocation.
    ///
    /// @return the inference id
    String invokeAsync(String endpoint, Map<String, String> headers, BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request("/endpoints/" + endpoint + "/async-invocations").POST(body);
        headers.forEach(request::header);
        HttpResponse<String> answer = send(request);
        if (answer.statusCode() != 202) {
            throw new ApiException(
                    "async invocation: " + answer.statusCode() + " " + answer.body(), answer.statusCode());
        }
        return json.readTree(answer.body()).path("InferenceId").asString("");
    }

    /// What became of an invocation; holds until it has ended, at most a minute.
    JsonNode status(String endpoint, String id) throws IOException, InterruptedException {
        return get("/endpoints/" + endpoint + "/async-invocations/" + id + "?wait=55");
    }

    /// The result of a completed invocation.
    String output(String endpoint, String id) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request("/endpoints/" + endpoint + "/async-invocations/" + id + "/output")
                .GET());
        if (answer.statusCode() != 200) {
            throw new ApiException(
                    "output of " + id + ": " + answer.statusCode() + " " + answer.body(), answer.statusCode());
        }
        return answer.body();
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request(path).GET());
        if (answer.statusCode() != 200) {
            throw new ApiException(path + ": " + answer.statusCode() + " " + answer.body(), answer.statusCode());
        }
        return json.readTree(answer.body());
    }

    JsonNode parse(String text) {
        return json.readTree(text);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
    }

    /// An answer that was not the wanted one.
    static final class ApiException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int status;

        ApiException(String message, int status) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }
}
