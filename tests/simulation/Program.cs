using MqttPay.Simulation.Cli;
using MqttPay.Simulation.Study;

return args.Contains("--study") ? LeaseStudy.Run(args) : Runs.Start(args);
