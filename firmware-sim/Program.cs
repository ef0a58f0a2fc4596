using MqttPay.FirmwareSim.Demo;
using MqttPay.FirmwareSim.Lint;
using MqttPay.FirmwareSim.Load;
using MqttPay.Host.Cli;

using var signals = new SignalGuard();
var commandLine = new CommandLine(
    "mqttpay-sim", "Simulated payment devices: load, a demo with a verdict, a message linter.");
commandLine.Add(DemoVerb.Create());
commandLine.Add(RunVerb.Create(commandLine.Json));
commandLine.Add(LintVerb.Create(commandLine.Json));
commandLine.Add(VectorsVerb.Create(commandLine.Json));
return await commandLine.RunAsync(args);
