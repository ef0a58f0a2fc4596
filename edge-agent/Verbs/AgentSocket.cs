using System.Net;
using System.Text.Json;
using MqttPay.EdgeAgent.Http;
using MqttPay.Host.Admin;
using MqttPay.Host.Cli;

namespace MqttPay.EdgeAgent.Verbs;

/// <summary>How a verb asks the agent that runs on the same data folder.</summary>
internal sealed class AgentSocket : IDisposable
{
    private readonly HttpClient http;
    private readonly string socket;

    public AgentSocket(string data)
    {
        socket = Path.Combine(Path.GetFullPath(data), AdminSocket.FileName);
        http = AdminSocket.Connect(socket, TimeSpan.FromSeconds(10));
    }

    /// <summary>Returns the answer as it came; null when the agent knows no such thing.</summary>
    public async Task<string?> ReadAsync(string path, CancellationToken cancel)
    {
        using var response = await SendAsync(HttpMethod.Get, path, cancel);
        if (response.StatusCode is HttpStatusCode.NotFound) return null;
        return await response.Content.ReadAsStringAsync(cancel);
    }

    public async Task PostAsync(string path, CancellationToken cancel) =>
        (await SendAsync(HttpMethod.Post, path, cancel)).Dispose();

    public static T Parse<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, AgentJson.Options)
        ?? throw new VerbException(ExitCode.Failed, "the agent's answer is empty");

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            var response = await http.SendAsync(request, cancel);
            if (response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.NotFound) return response;
            var error = await response.Content.ReadAsStringAsync(cancel);
            response.Dispose();
            throw new VerbException(ExitCode.Failed, $"the agent answered {(int)response.StatusCode}: {error}");
        }
        catch (HttpRequestException)
        {
            throw new VerbException(ExitCode.Unreachable, $"MP1005 unreachable: no agent listens on {socket}");
        }
    }
}
