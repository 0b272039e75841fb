package dev.millrace.load.harness;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The public HTTP API, as any client without an SDK calls it. Blocking and thread-safe.
public final class ApiClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(75);
    private static final String ROLE = "arn:aws:iam::000000000000:role/millrace";

    private final JsonMapper json = new JsonMapper();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    private final URI base;
    private final @Nullable String token;

    /// @param token of a caller, or null where nobody is asked for one
    public ApiClient(URI base, @Nullable String token) {
        this.base = base;
        this.token = token;
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    /// An answer of another status than the wanted one.
    public static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int status;

        RefusedException(String what, HttpResponse<String> answer) {
            super(what + ": " + answer.statusCode() + " " + answer.body());
            this.status = answer.statusCode();
        }

        public int status() {
            return status;
        }
    }

    /// One operation of the control plane.
    public JsonNode sageMaker(String operation, Map<String, Object> request) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request("/")
                .header("Content-Type", "application/x-amz-json-1.1")
                .header("X-Amz-Target", "SageMaker." + operation)
                .POST(BodyPublishers.ofByteArray(json.writeValueAsBytes(request))));
        return read(operation, answer);
    }

    /// Makes a model and an endpoint config, both of that name.
    ///
    /// @param more further members of the production variant
    public void createConfig(String name, String modelUri, String outputUri, Map<String, Object> more)
            throws IOException, InterruptedException {
        sageMaker(
                "CreateModel",
                Map.of(
                        "ModelName", name,
                        "ExecutionRoleArn", ROLE,
                        "PrimaryContainer", Map.of("Image", "onnxruntime", "ModelDataUrl", modelUri)));
        var variant = new LinkedHashMap<String, Object>(
                Map.of("VariantName", "AllTraffic", "ModelName", name, "InitialInstanceCount", 1));
        variant.put("InstanceType", "ml.m5.large");
        variant.putAll(more);
        sageMaker(
                "CreateEndpointConfig",
                Map.of(
                        "EndpointConfigName", name,
                        "ProductionVariants", List.of(variant),
                        "AsyncInferenceConfig", Map.of("OutputConfig", Map.of("S3OutputPath", outputUri))));
    }

    public String endpointStatus(String endpoint) throws IOException, InterruptedException {
        return sageMaker("DescribeEndpoint", Map.of("EndpointName", endpoint))
                .path("EndpointStatus")
                .asString("");
    }

    /// Waits until the endpoint is in service.
    public void awaitInService(String endpoint, Duration patience) throws InterruptedException {
        Wait.until(endpoint + " in service", patience, () -> {
            JsonNode described = sageMaker("DescribeEndpoint", Map.of("EndpointName", endpoint));
            String status = described.path("EndpointStatus").asString("");
            if (status.equals("Failed")) {
                throw new IllegalStateException(described.toString());
            }
            return status.equals("InService");
        });
    }

    /// An asynchronous invocation, whatever its answer is.
    public HttpResponse<String> invokeAsync(
            String endpoint, Map<String, String> headers, BodyPublisher body, Duration patience)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request("/endpoints/" + endpoint + "/async-invocations")
                .timeout(patience)
                .POST(body);
        headers.forEach(request::header);
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /// What became of an invocation.
    ///
    /// @param waitSeconds how long the answer is held for its end
    /// @throws RefusedException 404 when it is not known
    public JsonNode status(String endpoint, String id, int waitSeconds) throws IOException, InterruptedException {
        return get("/endpoints/" + endpoint + "/async-invocations/" + id + "?wait=" + waitSeconds);
    }

    /// The output of a completed invocation.
    public String output(String endpoint, String id) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request("/endpoints/" + endpoint + "/async-invocations/" + id + "/output")
                .GET());
        if (answer.statusCode() != 200) {
            throw new RefusedException("output of " + id, answer);
        }
        return answer.body();
    }

    public JsonNode get(String path) throws IOException, InterruptedException {
        return read(path, send(request(path).GET()));
    }

    public JsonNode parse(String text) {
        return json.readTree(text);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
    }

    private JsonNode read(String what, HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new RefusedException(what, answer);
        }
        return json.readTree(answer.body().isEmpty() ? "{}" : answer.body());
    }

    @Override
    public void close() {
        http.close();
    }
}
