package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.SharedServers;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What SageMaker's clients ask IAM and STS before they do anything else, in the Query protocol.
class CallerIdentityIT {
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = new TestGateway(
                SharedServers.kafka(),
                SharedServers.store(),
                TestGateway.newBucket(),
                TestGateway.config(Map.of(
                        "auth.access-key-id", "ROOTKEY", "auth.secret-access-key", "the secret of the root key")));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void tellsTheCallerWhoItIs() {
        HttpResponse<String> answer = call("Action=GetCallerIdentity&Version=2011-06-15");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/xml");
        assertThat(answer.body())
                .startsWith("<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">")
                .contains("<Arn>arn:aws:iam::000000000000:user/ROOTKEY</Arn>", "<Account>000000000000</Account>");
    }

    @Test
    void hasARoleOfEveryName() {
        HttpResponse<String> answer = call("Action=GetRole&Version=2010-05-08&RoleName=sage%2Bmaker");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .startsWith(
                        "<GetRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetRoleResult><Role>")
                .contains("<Arn>arn:aws:iam::000000000000:role/sage+maker</Arn>", "<RoleName>sage+maker</RoleName>")
                .containsPattern("<RoleId>AROA[A-Z2-7]{17}</RoleId>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&RoleName=", "&RoleName=a%2Fb", "&RoleName=%3Cx%3E", "&RoleName=..%2F..%0A"})
    void refusesWhatIsNoNameOfARole(String parameter) {
        HttpResponse<String> answer = call("Action=GetRole&Version=2010-05-08" + parameter);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("<Type>Sender</Type><Code>ValidationError</Code>");
    }

    @Test
    void refusesActionsAndVersionsThatItDoesNotHave() {
        for (String unknown : List.of(
                "Action=CreateUser&Version=2010-05-08",
                "Action=GetFederationToken&Version=2011-06-15",
                "Action=ListTopics&Version=1999-01-01",
                "Action=%3Cx%3E&Version=2010-05-08",
                "Version=2011-06-15")) {
            HttpResponse<String> answer = call(unknown);

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("<Code>InvalidAction</Code>").doesNotContain("<x>");
        }
    }

    @Test
    void refusesMoreParametersThanACallMayHave() {
        HttpResponse<String> most = call(filled(1_000));
        HttpResponse<String> more = call(filled(1_001));

        assertThat(most.statusCode()).as(most.body()).isEqualTo(200);
        assertThat(more.statusCode()).as(more.body()).isEqualTo(400);
        assertThat(more.body()).contains("<Type>Sender</Type>", "too many parameters");
    }

    @Test
    void asksEveryCallerForCredentials() {
        HttpResponse<String> answer = gateway.send(form("Action=GetRole&Version=2010-05-08&RoleName=r"));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("<Code>MissingAuthenticationToken</Code>");
    }

    private static String filled(int parameters) {
        var form = new StringBuilder("Action=GetCallerIdentity&Version=2011-06-15");
        for (int number = 3; number <= parameters; number++) {
            form.append("&x").append(number).append('=');
        }
        return form.toString();
    }

    private static HttpResponse<String> call(String body) {
        return gateway.send(gateway.authorized(form(body)));
    }

    private static HttpRequest.Builder form(String body) {
        return HttpRequest.newBuilder(gateway.uri("/"))
                .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                .POST(BodyPublishers.ofString(body));
    }
}
