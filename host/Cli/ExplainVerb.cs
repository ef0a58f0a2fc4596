using System.CommandLine;
using MqttPay.Host.Codes;

namespace MqttPay.Host.Cli;

/// <summary>The verb that says what a code means. Needs no running process and no network.</summary>
internal static class ExplainVerb
{
    public static Command Create(Option<bool> json)
    {
        var code = new Argument<string>("code") { Description = "A code such as MP2010, or its number." };
        var verb = new Command("explain", "Say what a code means and what to do about it.") { code };
        verb.SetAction(parsed => Explain(
            parsed.GetRequiredValue(code), parsed.GetValue(json), parsed.InvocationConfiguration.Output));
        return verb;
    }

    private static int Explain(string code, bool json, TextWriter output)
    {
        var entry = CodeCatalogue.Find(code)
            ?? throw new VerbException(ExitCode.Usage, $"MP1001 usage: {code} is no code of this release.");
        output.WriteLine(json ? CodeText.ForJson(entry) : CodeText.ForTerminal(entry));
        return ExitCode.Ok;
    }
}
