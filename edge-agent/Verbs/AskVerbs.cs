using System.CommandLine;
using MqttPay.EdgeAgent.Http;
using MqttPay.Host.Cli;
using MqttPay.Payments;

namespace MqttPay.EdgeAgent.Verbs;

/// <summary>
/// Verbs that ask the running agent: <c>status</c>, <c>outbox ls</c>, <c>lease show</c>, <c>pay show</c>,
/// <c>exposure</c>, <c>refusals</c>, <c>sync</c>.
/// </summary>
internal static class AskVerbs
{
    public static IEnumerable<Command> Create(Option<bool> json) =>
    [
        Ask<AgentStatus>(
            "status", "Say how the agent is and how long it may go on alone.", "/status", StatusText.Of, json),
        new("outbox", "What the cloud has not acknowledged.")
        {
            Ask<OutboxReport>("ls", "List it.", "/outbox", StatusText.Of, json),
        },
        new("lease", "Funds that this edge may spend.")
        {
            Ask<IReadOnlyList<LeaseReport>>("show", "List the leases held here.", "/leases", StatusText.Of, json),
        },
        new("pay", "One payment.") { Show(json), PayVerifyVerb.Create(json) },
        Ask<IReadOnlyList<ExposureReport>>(
            "exposure", "Say what could be lost if this gateway vanished now.", "/exposure", StatusText.Of, json),
        Ask<IReadOnlyList<RefusalReport>>(
            "refusals", "List the newest declines by limits, with what each limit still allowed.", "/refusals",
            StatusText.Of, json),
        Sync(),
    ];

    private static Command Ask<T>(string name, string description, string path, Func<T, string> text, Option<bool> json)
    {
        var data = DataOption.Create();
        var verb = new Command(name, description) { data };
        verb.SetAction(async (parsed, cancel) =>
        {
            using var agent = new AgentSocket(parsed.GetRequiredValue(data));
            var answer = await agent.ReadAsync(path, cancel)
                ?? throw new VerbException(ExitCode.Failed, $"the agent knows no {path}");
            var output = parsed.InvocationConfiguration.Output;
            await output.WriteLineAsync(parsed.GetValue(json) ? answer : text(AgentSocket.Parse<T>(answer)).TrimEnd());
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Command Show(Option<bool> json)
    {
        var data = DataOption.Create();
        var id = new Argument<string>("id") { Description = "The payment id: 32 hex digits." };
        var verb = new Command("show", "Say what was decided, where its proof stands, and whether the cloud has it.")
        {
            id, data,
        };
        verb.SetAction(async (parsed, cancel) =>
        {
            var answer = await ReadAsync(parsed.GetRequiredValue(data), parsed.GetRequiredValue(id), cancel);
            var output = parsed.InvocationConfiguration.Output;
            await output.WriteLineAsync(
                parsed.GetValue(json) ? answer : StatusText.Of(AgentSocket.Parse<PaymentReport>(answer)).TrimEnd());
            return ExitCode.Ok;
        });
        return verb;
    }

    internal static async Task<string> ReadAsync(string data, string text, CancellationToken cancel)
    {
        if (!PaymentId.TryParse(text, out var id))
            throw new VerbException(ExitCode.Usage, $"MP1001 usage: '{text}' is no payment id (32 hex digits)");
        using var agent = new AgentSocket(data);
        return await agent.ReadAsync($"/pay/{id}", cancel)
            ?? throw new VerbException(ExitCode.Failed, $"this edge holds no payment {id}");
    }

    private static Command Sync()
    {
        var data = DataOption.Create();
        var verb = new Command("sync", "Send what waits now, instead of at the next turn.") { data };
        verb.SetAction(async (parsed, cancel) =>
        {
            using var agent = new AgentSocket(parsed.GetRequiredValue(data));
            await agent.PostAsync("/sync", cancel);
            return ExitCode.Ok;
        });
        return verb;
    }
}
